using System.Text.Json;
using System.Text.Json.Nodes;
using Hub.Sync.Providers;

namespace Hub.Sync.Jira.Writing;

/// <summary>A value that a field cannot take; the message says why and what it takes.</summary>
internal sealed class FieldRefused(string message) : Exception(message);

/// <summary>
/// Finds people as Jira wants them named, by account id (user name on a Data Center), e-mail address or exact display name. Two who fit are an error, never a guess.
/// </summary>
/// <param name="jira">Where.</param>
/// <param name="project">Only who can be assigned there is found by address or name.</param>
internal sealed class JiraPeople(JiraCalls jira, string project)
{
    private const int MostSeen = 50;
    private readonly Dictionary<string, JsonObject> known = new(StringComparer.Ordinal);

    /// <exception cref="FieldRefused">Nobody, or more than one.</exception>
    public async Task<JsonObject> Find(string text, CancellationToken ct)
    {
        text = text.Trim();
        if (text.Length == 0)
            throw new FieldRefused("must name a person");
        if (!known.TryGetValue(text, out var person))
            known[text] = person = Reference(await Lookup(text, ct) ?? throw new FieldRefused(
                $"nobody who can be assigned in {project} has the {(jira.Cloud ? "account id" : "user name")}, e-mail address or exact name '{text}'"));
        return person.DeepClone().AsObject();
    }

    private async Task<JsonElement?> Lookup(string text, CancellationToken ct)
    {
        var query = $"project={Uri.EscapeDataString(project)}&maxResults={MostSeen}&{(jira.Cloud ? "query" : "username")}={Uri.EscapeDataString(text)}";
        var answer = await jira.Get($"user/assignable/search?{query}", ct);
        var found = answer.ValueKind is JsonValueKind.Array ? answer.EnumerateArray().Where(person => Id(person) is not null).ToArray() : [];
        var fitting = found.Where(person => Fits(person, text)).ToArray();
        // Cloud matches addresses that it does not show.
        if (fitting.Length == 0 && found.Length == 1 && text.Contains('@', StringComparison.Ordinal) && found[0].Text("emailAddress") is null)
            fitting = found;
        return fitting.Length switch
        {
            0 => await ById(text, ct),
            1 => fitting[0],
            _ when fitting.Where(person => Id(person) == text).ToArray() is [var exact] => exact,
            _ => throw new FieldRefused($"'{text}' fits more than one person; name one by {(jira.Cloud ? "account id" : "user name")}: "
                + ScreenField.Shown(fitting.Select(person => $"{person.Text("displayName")} ({Id(person)})"))),
        };
    }

    private async Task<JsonElement?> ById(string text, CancellationToken ct)
    {
        try
        {
            var person = await jira.Get($"user?{(jira.Cloud ? "accountId" : "username")}={Uri.EscapeDataString(text)}", ct);
            return Id(person) is null ? null : person;
        }
        catch (JiraRefusal)
        {
            return null;
        }
    }

    private bool Fits(JsonElement person, string text) =>
        new[] { Id(person), person.Text("emailAddress"), person.Text("displayName") }.Any(name => text.Equals(name, StringComparison.OrdinalIgnoreCase));

    private string? Id(JsonElement person) => person.Text(jira.Cloud ? "accountId" : "name");

    private JsonObject Reference(JsonElement person) => new() { [jira.Cloud ? "accountId" : "name"] = Id(person) };
}
