using System.Text.Json;
using System.Text.Json.Nodes;
using Hub.Sync.Jira.Text;
using Hub.Sync.Providers;

namespace Hub.Sync.Jira.Writing;

/// <param name="Id">Jira's own id.</param>
/// <param name="Key">Its key at that time.</param>
internal sealed record IssueReference(string Id, string Key);

/// <summary>What is done to single issues.</summary>
internal sealed class IssueWrites(JiraCalls jira)
{
    /// <summary>Sends a new issue, once.</summary>
    /// <param name="fields">In Jira's form.</param>
    /// <param name="marker">A label to find it again by; null for none.</param>
    /// <param name="ct">Cancels it.</param>
    public async Task<IssueReference> Create(JsonObject fields, string? marker, CancellationToken ct)
    {
        var marked = fields.DeepClone().AsObject();
        if (marker is not null)
            marked["labels"] = new JsonArray([.. (marked["labels"] as JsonArray ?? []).Select(label => label?.DeepClone()), marker]);
        var made = await jira.Write(HttpMethod.Post, "issue", new JsonObject { ["fields"] = marked }, ct);
        return made.Text("id") is { } id && made.Text("key") is { } key ? new IssueReference(id, key)
            : throw new OutcomeUnknown(new ProviderFailure("provider_error", "Jira's answer to the creation names no issue.", true));
    }

    /// <summary>The oldest issue with a label, as search sees it: one that was just written may be missing.</summary>
    public async Task<IssueReference?> Marked(string marker, CancellationToken ct)
    {
        var query = $"labels = {Jql.Quote(marker)} order by created asc";
        var answer = await jira.Ask(jira.Cloud ? "search/jql" : "search",
            new JsonObject { ["jql"] = query, ["maxResults"] = 10, ["fields"] = new JsonArray("summary") }, ct);
        if (answer.At("issues") is not { ValueKind: JsonValueKind.Array } issues)
            throw new ProviderFailure("provider_error", "Jira's answer has no list of issues.", true);
        return issues.EnumerateArray().Where(issue => issue.Text("id") is not null && issue.Text("key") is not null)
            .Select(issue => new IssueReference(issue.Text("id")!, issue.Text("key")!)).FirstOrDefault();
    }

    public Task Unmark(string id, string marker, CancellationToken ct) => jira.Write(HttpMethod.Put, Path(id), new JsonObject
    {
        ["update"] = new JsonObject { ["labels"] = new JsonArray(new JsonObject { ["remove"] = marker }) },
    }, ct);

    /// <summary>The issue as it is now: unlike search this knows of what was just written.</summary>
    public Task<JsonElement> Read(string id, CancellationToken ct) =>
        jira.Get($"{Path(id)}?fields={Uri.EscapeDataString(string.Join(',', JiraIssue.Fields))}", ct);

    /// <summary>The fields that this account may edit now.</summary>
    public async Task<IReadOnlyList<ScreenField>> EditScreen(string id, CancellationToken ct) =>
        ScreenField.ById((await jira.Get($"{Path(id)}/editmeta", ct)).At("fields"));

    public Task Edit(string id, JsonObject fields, CancellationToken ct) =>
        jira.Write(HttpMethod.Put, Path(id), new JsonObject { ["fields"] = fields.DeepClone() }, ct);

    public async Task<IReadOnlyList<Transition>> Transitions(string id, CancellationToken ct) =>
        Transition.Read(await jira.Get($"{Path(id)}/transitions?expand=transitions.fields", ct));

    public Task Move(string id, Transition transition, JsonObject fields, CancellationToken ct)
    {
        var body = new JsonObject { ["transition"] = new JsonObject { ["id"] = transition.Id } };
        if (fields.Count > 0)
            body["fields"] = fields.DeepClone();
        return jira.Write(HttpMethod.Post, $"{Path(id)}/transitions", body, ct);
    }

    public Task Comment(string id, string text, CancellationToken ct) => jira.Write(HttpMethod.Post, $"{Path(id)}/comment", new JsonObject
    {
        ["body"] = jira.Cloud ? AdfDocument.Of(text) : WikiMarkup.Of(text),
    }, ct);

    /// <summary>Whether one of the newest comments is this one: by the account, not older than the given time of Jira's clock.</summary>
    public async Task<bool> HasComment(string id, string text, DateTimeOffset since, CancellationToken ct)
    {
        var answer = await jira.Get($"{Path(id)}/comment?orderBy=-created&maxResults=20", ct);
        return answer.At("comments") is { ValueKind: JsonValueKind.Array } comments && comments.EnumerateArray().Any(comment =>
            JiraTime.Instant(comment.At("created")) >= since && Same(comment.At("body"), text));
    }

    private static bool Same(JsonElement body, string text) =>
        (RichText.Of(body).Text ?? "").ReplaceLineEndings("\n").Trim() == text.ReplaceLineEndings("\n").Trim();

    private static string Path(string id) => $"issue/{Uri.EscapeDataString(id)}";
}
