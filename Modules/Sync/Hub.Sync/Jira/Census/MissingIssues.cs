using System.Globalization;
using System.Text.Json;
using Hub.Integrations.Contracts;
using Hub.Sync.Providers;

namespace Hub.Sync.Jira.Census;

/// <summary>
/// Asks for issues that a walk did not meet one more time, past the index that searches rely on. An issue is only gone when it cannot be read, has moved to
/// another project or no longer matches the integration's JQL; whatever cannot be told counts as being there.
/// </summary>
internal sealed class MissingIssues(JiraSite site, Connection connection, bool cloud)
{
    private readonly IssueLookup lookup = new(site, cloud);
    private readonly IReadOnlyList<string> projects = connection.ProjectKeys();

    /// <returns>The ids that are there all the same.</returns>
    public async Task<IReadOnlyList<string>> StillThere(IReadOnlyList<string> missing, CancellationToken ct)
    {
        var there = new List<string>();
        foreach (var ids in missing.Chunk(IssueLookup.Most))
        {
            using var found = cloud ? await lookup.Find(ids, ["project"], false, ct) : await lookup.FindOneByOne(ids, ["project"], ct);
            var inside = found.Issues.Where(IsInside).Select(issue => issue.Text("id")).OfType<string>().ToArray();
            there.AddRange(inside.Length > 0 && connection.Setting("jql") is { } jql ? await Matching(inside, jql, ct) : inside);
        }

        return there;
    }

    private bool IsInside(JsonElement issue) => projects.Count == 0 || projects.Contains(JiraIssue.ProjectOf(issue)?.ToUpperInvariant());

    private async Task<IReadOnlyList<string>> Matching(string[] ids, string jql, CancellationToken ct)
    {
        if (!cloud)
        {
            using var found = await site.Send(HttpMethod.Post, "/rest/api/2/search", new
            {
                jql = $"id in ({string.Join(", ", ids)}) and ({jql})", maxResults = ids.Length, fields = new[] { "id" },
            }, ct);
            // A page that is not the whole answer tells nothing of the others.
            return found.RootElement.At("issues") is { ValueKind: JsonValueKind.Array } issues
                && issues.GetArrayLength() == JiraTime.Number(found.RootElement.At("total"))
                ? [.. issues.EnumerateArray().Select(issue => issue.Text("id")).OfType<string>()]
                : ids;
        }

        var numbers = ids.Select(id => long.TryParse(id, CultureInfo.InvariantCulture, out var number) ? number : 0).ToArray();
        using var answer = await Match(numbers, jql, ct);
        if (answer is null)
            return ids;
        var match = answer.RootElement.At("matches") is { ValueKind: JsonValueKind.Array } all && all.GetArrayLength() == 1 ? all[0] : default;
        var failed = match.At("errors") is { ValueKind: JsonValueKind.Array } errors && errors.GetArrayLength() > 0;
        return match.At("matchedIssues").ValueKind is JsonValueKind.Array && !failed ? [.. match.At("matchedIssues").EnumerateArray().Select(id => id.Text()).OfType<string>()] : ids;
    }

    private async Task<JsonDocument?> Match(long[] ids, string jql, CancellationToken ct)
    {
        try
        {
            return await site.Send(HttpMethod.Post, "/rest/api/3/jql/match", new { issueIds = ids, jqls = new[] { jql } }, ct);
        }
        catch (ProviderFailure failure) when (failure.Reason == "not_found")
        {
            return null;
        }
    }
}
