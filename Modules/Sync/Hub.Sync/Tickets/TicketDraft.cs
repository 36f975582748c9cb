using System.Text.Json;
using System.Text.Json.Nodes;
using Hub.SharedKernel.Problems;
using Hub.Sync.Jira.Writing;
using Hub.Sync.Providers;

namespace Hub.Sync.Tickets;

/// <summary>What a language model may say of a ticket, and what is made of what it said. Choices that do not exist are dropped, texts are cut to size.</summary>
internal static class TicketDraft
{
    private const int MostLabels = 10;

    public static JsonObject Schema(IReadOnlyList<string> types, IReadOnlyList<string> priorities) => new()
    {
        ["type"] = "object",
        ["additionalProperties"] = false,
        ["required"] = new JsonArray("summary", "description", "issue_type", "priority", "labels"),
        ["properties"] = new JsonObject
        {
            ["summary"] = new JsonObject { ["type"] = "string" },
            ["description"] = new JsonObject { ["type"] = "string" },
            ["issue_type"] = new JsonObject { ["type"] = "string", ["enum"] = new JsonArray([.. types.Select(type => JsonValue.Create(type))]) },
            ["priority"] = new JsonObject
            {
                ["type"] = new JsonArray("string", "null"),
                ["enum"] = new JsonArray([.. priorities.Select(priority => JsonValue.Create(priority)), null]),
            },
            ["labels"] = new JsonObject { ["type"] = "array", ["items"] = new JsonObject { ["type"] = "string" } },
        },
    };

    /// <param name="said">What the model said.</param>
    /// <param name="types">Names of the issue types there are.</param>
    /// <param name="priorities">Names of the priorities there are.</param>
    /// <param name="usual">What holds where the model says nothing useful.</param>
    /// <exception cref="UpstreamException">It is no ticket.</exception>
    public static CreateTicket.Body Of(string said, IReadOnlyList<string> types, IReadOnlyList<string> priorities, CreateTicket.Body usual)
    {
        var draft = Parse(said);
        var summary = Cut(OneLine(draft.Text("summary") ?? ""), 255);
        if (summary.Length == 0)
            throw new UpstreamException(502, "upstream_failed", "The model wrote no ticket: its answer has no summary.");
        return usual with
        {
            Summary = summary,
            Description = draft.Text("description") is { } text && !string.IsNullOrWhiteSpace(text) ? Cut(text, 32_767) : null,
            IssueType = Known(draft.Text("issue_type"), types) ?? Known(usual.IssueType, types) ?? types[0],
            Priority = Known(draft.Text("priority"), priorities),
            Labels = [.. Labels(draft)],
        };
    }

    private static IEnumerable<string> Labels(JsonElement draft) => draft.At("labels") is not { ValueKind: JsonValueKind.Array } labels ? []
        : labels.EnumerateArray().Select(label => label.Text()).OfType<string>()
            .Select(label => string.Join('-', OneLine(label).Split(' ', StringSplitOptions.RemoveEmptyEntries)))
            .Where(label => TicketText.IsLabel(label) && !CreationMarker.Is(label))
            .Distinct(StringComparer.Ordinal).Take(MostLabels);

    private static string? Known(string? name, IReadOnlyList<string> names) =>
        names.FirstOrDefault(one => one.Equals(name, StringComparison.OrdinalIgnoreCase));

    private static string OneLine(string text) => new string([.. text.Select(c => char.IsControl(c) || char.IsWhiteSpace(c) ? ' ' : c)]).Trim();

    private static string Cut(string text, int most) => text.Length <= most ? text : text[..(char.IsHighSurrogate(text[most - 1]) ? most - 1 : most)];

    // Models that know no schema put what they write between fences.
    private static JsonElement Parse(string said)
    {
        var (from, to) = (said.IndexOf('{'), said.LastIndexOf('}'));
        try
        {
            return JsonElement.Parse(from >= 0 && to > from ? said[from..(to + 1)] : said);
        }
        catch (JsonException)
        {
            throw new UpstreamException(502, "upstream_failed", "The model wrote no ticket: its answer is not JSON.");
        }
    }
}
