using System.Text.Json;
using Hub.Sync.Providers;

namespace Hub.Sync.Jira;

/// <summary>Jira Data Center: <c>POST /rest/api/2/search</c> with offsets.</summary>
internal sealed class ServerSearch(JiraSite site, string query, IReadOnlyList<string> fields, int pageSize) : IIssueSearch
{
    public async Task<IssuePage> Fetch(WalkPosition at, CancellationToken ct)
    {
        var body = new { jql = query, startAt = at.StartAt, maxResults = pageSize, fields };
        var document = await site.Send(HttpMethod.Post, "/rest/api/2/search", body, ct);
        try
        {
            var answer = document.RootElement;
            if (answer.At("issues") is not { ValueKind: JsonValueKind.Array } list || JiraTime.Number(answer.At("total")) is not { } total)
                throw new ProviderFailure("provider_error", "Jira's answer has no list of issues.", true);
            var issues = list.EnumerateArray().ToArray();
            var (next, doubt) = OffsetPaging.Next(at, [.. issues.Select(issue => issue.Text("id") ?? "")], total);
            var known = at.Tail ?? [];
            return new IssuePage(
                document, [.. issues.Where(issue => !known.Contains(issue.Text("id")))], next,
                total == 0 ? null : Math.Min(1.0, (at.StartAt + issues.Length) / (double)total), doubt);
        }
        catch
        {
            document.Dispose();
            throw;
        }
    }
}
