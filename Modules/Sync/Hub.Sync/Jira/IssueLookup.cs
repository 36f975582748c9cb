using System.Text.Json;
using Hub.Sync.Providers;

namespace Hub.Sync.Jira;

/// <summary>Issues that were asked for by their ids. Owns the answers that they are part of.</summary>
internal sealed class FoundIssues : IDisposable
{
    private readonly List<JsonDocument> answers = [];

    public List<JsonElement> Issues { get; } = [];

    public void Add(JsonDocument answer, IEnumerable<JsonElement> issues)
    {
        answers.Add(answer);
        Issues.AddRange(issues);
    }

    public void Dispose() => answers.ForEach(answer => answer.Dispose());
}

/// <summary>Reads issues by their ids. Those that are gone, or that the account may not see, are not among the found ones.</summary>
internal sealed class IssueLookup(JiraSite site, bool cloud)
{
    /// <summary>How many Cloud gives at once; no more are asked for of a Data Center.</summary>
    public const int Most = 100;

    /// <exception cref="ProviderFailure">It cannot be told which of them are there.</exception>
    public async Task<FoundIssues> Find(IReadOnlyList<string> ids, IReadOnlyList<string> fields, bool withChangelog, CancellationToken ct)
    {
        var found = new FoundIssues();
        try
        {
            await (cloud ? Fetch(found, ids, fields, ct) : Search(found, ids, fields, withChangelog, ct));
            return found;
        }
        catch (ProviderFailure failure) when (cloud && failure.Reason == "not_found")
        {
            // Whatever answers knows no bulk reads: missing issues are no 404 there.
            return await FindOneByOne(ids, fields, ct);
        }
        catch
        {
            found.Dispose();
            throw;
        }
    }

    /// <summary>One after the other, past the index that a Data Center's search relies on.</summary>
    public async Task<FoundIssues> FindOneByOne(IReadOnlyList<string> ids, IReadOnlyList<string> fields, CancellationToken ct)
    {
        var found = new FoundIssues();
        try
        {
            foreach (var id in ids)
                await Get(found, id, string.Join(',', fields), ct);
            return found;
        }
        catch
        {
            found.Dispose();
            throw;
        }
    }

    private async Task Fetch(FoundIssues found, IReadOnlyList<string> ids, IReadOnlyList<string> fields, CancellationToken ct)
    {
        var answer = await site.Send(HttpMethod.Post, "/rest/api/3/issue/bulkfetch", new { issueIdsOrKeys = ids, fields }, ct);
        found.Add(answer, answer.RootElement.At("issues") is { ValueKind: JsonValueKind.Array } issues ? issues.EnumerateArray() : throw NoList());
        // What may be asked for again later is not gone.
        if (answer.RootElement.At("issueErrors") is { ValueKind: JsonValueKind.Array } errors && errors.GetArrayLength() > 0)
            throw new ProviderFailure("provider_error", "Jira could not read some issues just now.", true);
    }

    private async Task Search(FoundIssues found, IReadOnlyList<string> ids, IReadOnlyList<string> fields, bool withChangelog, CancellationToken ct)
    {
        // Ids that are gone are no mistake of the query.
        var expand = withChangelog ? ["changelog"] : Array.Empty<string>();
        for (var start = 0; ;)
        {
            var body = new { jql = $"id in ({string.Join(", ", ids)})", startAt = start, maxResults = ids.Count, fields, expand, validateQuery = false };
            var answer = await site.Send(HttpMethod.Post, "/rest/api/2/search", body, ct);
            var issues = answer.RootElement.At("issues") is { ValueKind: JsonValueKind.Array } list ? list.EnumerateArray().ToArray() : throw NoList();
            found.Add(answer, issues);
            start += issues.Length;
            if (issues.Length == 0 || start >= (JiraTime.Number(answer.RootElement.At("total")) ?? 0))
                return;
        }
    }

    private async Task Get(FoundIssues found, string id, string fields, CancellationToken ct)
    {
        try
        {
            var path = $"/rest/api/{(cloud ? 3 : 2)}/issue/{Uri.EscapeDataString(id)}?fields={Uri.EscapeDataString(fields)}";
            var answer = await site.Send(HttpMethod.Get, path, null, ct);
            found.Add(answer, [answer.RootElement]);
        }
        catch (ProviderFailure failure) when (failure.Reason == "not_found")
        {
            // Gone, or not for this account's eyes.
        }
    }

    private static ProviderFailure NoList() => new("provider_error", "Jira's answer has no list of issues.", true);
}
