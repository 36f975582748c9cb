using System.Text.Json;
using Hub.SharedKernel.Outbound;
using Hub.SharedKernel.Text;
using Hub.Sync.Providers;

namespace Hub.Sync.Jira.Writing;

/// <summary>Jira read a request and does not want it: nothing was done.</summary>
/// <param name="status">400, 403, 404, 409, 413 or 422.</param>
/// <param name="said">Jira's own words, redacted.</param>
/// <param name="fields">Its words about single fields, by their Jira ids, redacted.</param>
internal sealed class JiraRefusal(int status, string said, IReadOnlyDictionary<string, string> fields) : Exception(said)
{
    private const int MostFields = 50;

    public int Status => status;

    public IReadOnlyDictionary<string, string> Fields => fields;

    public static JiraRefusal Of(OutboundResponse answer, IReadOnlyCollection<string> secrets)
    {
        var (words, fields) = (new List<string>(), new Dictionary<string, string>(StringComparer.Ordinal));
        if (answer.IsJson && Body(answer) is { } problem)
        {
            if (problem.At("errorMessages") is { ValueKind: JsonValueKind.Array } messages)
                words.AddRange(messages.EnumerateArray().Select(message => message.Text()).OfType<string>());
            if (problem.At("errors") is { ValueKind: JsonValueKind.Object } errors)
                foreach (var error in errors.EnumerateObject().Take(MostFields))
                    fields[JsonText.Clean(error.Name)] = Clean(error.Value.Text() ?? "was refused");
            if (problem.Text("message") is { } single)
                words.Add(single);
        }

        var said = Clean(string.Join(" ", words.Concat(fields.Select(field => $"{field.Key}: {field.Value}"))));
        return new JiraRefusal(answer.Status, said is "" ? $"Jira answered with status {answer.Status} and no word why." : said, fields);

        string Clean(string text) => Redaction.Redact(StorableText.OneLine(text), secrets);
    }

    private static JsonElement? Body(OutboundResponse answer)
    {
        try
        {
            return JsonElement.Parse(answer.Body);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

/// <summary>A write was sent and no answer says what became of it: it may have been done.</summary>
/// <param name="cause">Why there is no answer.</param>
internal sealed class OutcomeUnknown(ProviderFailure cause) : Exception(cause.Message)
{
    public ProviderFailure Cause { get; } = cause;
}
