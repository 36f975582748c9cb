using System.Globalization;
using System.Text.Json;
using Hub.Integrations.ConnectionTests;
using Hub.Integrations.ConnectionTests.Jira;
using Hub.Integrations.Health;
using Hub.Integrations.Integrations;
using Hub.SharedKernel.Outbound;
using Hub.SharedKernel.Problems;

namespace Hub.Integrations.TicketFields;

/// <summary>A call to Jira did not give what was asked for.</summary>
internal sealed class FieldsUnavailable(string reason, string message, int status) : Exception(message)
{
    public string Reason { get; } = reason;
    public int Status { get; } = status;
}

/// <summary>
/// Asks a Jira which fields tickets have. Create screens come by issue type; Cloud names their lists <c>issueTypes</c> and <c>fields</c>, Data Center
/// <c>values</c> (https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issues/).
/// </summary>
internal sealed class JiraFields(HttpCall http, EffectiveConfiguration configuration, JsonElement detected)
{
    private const int PageSize = 100;
    private const int MaxPages = 30;
    private readonly string site = Text("api_base", detected) ?? JiraSite.Of(configuration.Settings.Text("base_url")!).Base;
    private readonly Dictionary<string, string> headers =
        JiraAuth.Headers(JiraAuth.Chosen(configuration.Settings, detected), configuration.Settings.Text("email"), configuration.Secret("api_token")!);

    /// <summary>Every field of the site.</summary>
    public async Task<IReadOnlyList<TicketField>> All(CancellationToken ct) => Read(await Get("field", ct), onScreen: false);

    /// <summary>What the create screens of a project ask for, of one issue type or of all together.</summary>
    /// <exception cref="InvalidException">The project has no such issue type.</exception>
    public async Task<IReadOnlyList<TicketField>> OfProject(string project, string? issueType, CancellationToken ct)
    {
        var path = $"issue/createmeta/{Uri.EscapeDataString(project)}/issuetypes";
        var types = (await Pages(path, "issueTypes", ct)).Select(type => (Id: Text("id", type), Name: Text("name", type) ?? "")).Where(type => type.Id is not null).ToArray();
        if (issueType is not null)
        {
            var chosen = types.FirstOrDefault(type => type.Id == issueType || type.Name.Equals(issueType, StringComparison.OrdinalIgnoreCase));
            return chosen.Id is { } id
                ? Read(await Pages($"{path}/{Uri.EscapeDataString(id)}", "fields", ct), onScreen: true)
                : throw new InvalidException("issue_type", $"is not an issue type of {project}. It has {string.Join(", ", types.Select(type => type.Name))}.");
        }

        var found = new List<(string Type, TicketField Field)>();
        foreach (var (id, name) in types)
            found.AddRange(Read(await Pages($"{path}/{Uri.EscapeDataString(id!)}", "fields", ct), onScreen: true).Select(field => (name, field)));
        return [.. found.GroupBy(one => one.Field.Key, StringComparer.Ordinal).Select(same => same.First().Field with
        {
            Required = same.Count() == types.Length && same.All(one => one.Field.Required is true),
            IssueTypes = [.. same.Select(one => one.Type)],
        })];
    }

    private async Task<IReadOnlyList<JsonElement>> Pages(string path, string member, CancellationToken ct)
    {
        var items = new List<JsonElement>();
        for (var page = 0; page < MaxPages; page++)
        {
            var body = await Get(string.Create(CultureInfo.InvariantCulture, $"{path}?startAt={items.Count}&maxResults={PageSize}"), ct);
            if (body.ValueKind is not JsonValueKind.Object || !(body.TryGetProperty(member, out var list) || body.TryGetProperty("values", out list)) || list.ValueKind is not JsonValueKind.Array)
                throw NotJira();
            items.AddRange(list.EnumerateArray());
            var last = body.TryGetProperty("isLast", out var isLast) && isLast.ValueKind is JsonValueKind.True;
            var total = body.TryGetProperty("total", out var count) && count.TryGetInt32(out var number) ? number : items.Count;
            if (last || list.GetArrayLength() == 0 || items.Count >= total)
                break;
        }

        return items;
    }

    private async Task<JsonElement> Get(string path, CancellationToken ct)
    {
        OutboundResponse response;
        try
        {
            response = await http(new OutboundRequest
            {
                Method = HttpMethod.Get,
                Url = new Uri($"{site}/rest/api/{Version}/{path}"),
                Headers = headers,
                Secrets = [.. configuration.Secrets.Values.Values],
            }, null, ct);
        }
        catch (OutboundException fault)
        {
            throw new FieldsUnavailable(TestProbe.ReasonOf(fault.Reason), fault.Message, fault.Reason is OutboundReason.Timeout ? 504 : 502);
        }

        if (response.Status == 200)
            return Json(response);
        var said = Redaction.Redact($"Jira answered with HTTP {response.Status}.{ProviderWords.Complaint(response)}", configuration.Secrets.Values.Values);
        throw response.Status switch
        {
            401 => new FieldsUnavailable(FailureReason.Auth, said, 422),
            403 => new FieldsUnavailable(FailureReason.Permission, said, 422),
            400 or 404 => new FieldsUnavailable(FailureReason.NotFound, said, 422),
            429 => new FieldsUnavailable(FailureReason.RateLimited, said, 502),
            _ => new FieldsUnavailable(FailureReason.ProviderError, said, 502),
        };
    }

    private string Version => detected.ValueKind is JsonValueKind.Object && detected.TryGetProperty("api_version", out var version) && version.TryGetInt32(out var number)
        ? number.ToString(CultureInfo.InvariantCulture) : "2";

    private static JsonElement Json(OutboundResponse response)
    {
        try
        {
            return JsonElement.Parse(response.Text);
        }
        catch (JsonException)
        {
            throw NotJira();
        }
    }

    private static IReadOnlyList<TicketField> Read(JsonElement list, bool onScreen) =>
        list.ValueKind is JsonValueKind.Array ? Read([.. list.EnumerateArray()], onScreen) : throw NotJira();

    private static IReadOnlyList<TicketField> Read(IReadOnlyList<JsonElement> items, bool onScreen) =>
        [.. items.Select(item => TicketField.Of(item, onScreen)).OfType<TicketField>()];

    private static FieldsUnavailable NotJira() => new(FailureReason.ProviderError, "The address answers, but not as Jira does.", 502);

    private static string? Text(string member, JsonElement json) =>
        json.ValueKind is JsonValueKind.Object && json.TryGetProperty(member, out var value) && value.ValueKind is JsonValueKind.String ? value.GetString() : null;
}
