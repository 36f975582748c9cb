using System.Text.Json;
using Hub.Sync.Providers;

namespace Hub.Sync.Jira;

/// <summary>Jira Cloud: <c>POST /rest/api/3/search/jql</c>, strictly one page after the other.</summary>
internal sealed class CloudSearch(JiraSite site, string query, IReadOnlyList<string> fields, int pageSize) : IIssueSearch
{
    private const string CutOff = "Jira told of another page and not where it is";
    private readonly HashSet<string> used = new(StringComparer.Ordinal);

    public async Task<IssuePage> Fetch(WalkPosition at, CancellationToken ct)
    {
        var body = new Dictionary<string, object> { ["jql"] = query, ["maxResults"] = pageSize, ["fields"] = fields };
        if (at.Token is not null)
            body["nextPageToken"] = at.Token;
        var document = await site.Send(HttpMethod.Post, "/rest/api/3/search/jql", body, ct);
        try
        {
            var answer = document.RootElement;
            if (answer.At("issues") is not { ValueKind: JsonValueKind.Array } issues)
                throw new ProviderFailure("provider_error", "Jira's answer has no list of issues.", true);
            bool? isLast = answer.At("isLast").ValueKind switch { JsonValueKind.True => true, JsonValueKind.False => false, _ => null };
            var next = TokenPaging.Next(at, isLast, answer.Text("nextPageToken"), used);
            return new IssuePage(document, [.. issues.EnumerateArray()], next, null, next is null && isLast is false ? CutOff : null);
        }
        catch
        {
            document.Dispose();
            throw;
        }
    }
}
