using System.Globalization;

namespace Hub.FakeJira;

/// <summary>Histories, oldest first: of one issue in pages, and of up to 1,000 issues at once. Cloud only.</summary>
static class ChangelogEndpoints
{
    public static void Map(RestApi api)
    {
        api.Map("GET", "/issue/{key}/changelog", (context, view) => Page(context, view, api.Jira));
        api.Map("POST", "/changelog/bulkfetch", (context, view) => Bulk(context, view, api.Jira));
    }

    static Task Page(HttpContext context, ApiView view, FakeJiraServer jira)
    {
        var issue = context.Issue(jira);
        var (start, size) = (context.Number("startAt", 0), Math.Clamp(context.Number("maxResults", 100), 1, 100));
        var all = jira.Issues.Changelog(issue);
        return Reply.Write(context, 200, json =>
        {
            json.WriteStartObject();
            json.WriteString("self", view.Self($"issue/{issue.Id}/changelog?maxResults={size}&startAt={start}"));
            if (start + size < all.Count) json.WriteString("nextPage", view.Self($"issue/{issue.Id}/changelog?maxResults={size}&startAt={start + size}"));
            json.WriteNumber("maxResults", size);
            json.WriteNumber("startAt", start);
            json.WriteNumber("total", all.Count);
            json.WriteBoolean("isLast", start + size >= all.Count);
            json.WriteStartArray("values");
            foreach (var entry in all.Skip(start).Take(size)) view.History(json, entry);
            json.WriteEndArray();
            json.WriteEndObject();
        });
    }

    // A page may end in the middle of an issue, which then goes on in the next page.
    static async Task Bulk(HttpContext context, ApiView view, FakeJiraServer jira)
    {
        var body = await context.Body();
        var names = body.Texts("issueIdsOrKeys") is { Count: > 0 and <= 1000 } some
            ? some
            : throw new JiraProblem(400, "issueIdsOrKeys takes 1 to 1000 issues.");
        var fields = body.Texts("fieldIds") ?? [];
        if (fields.Count > 10) throw new JiraProblem(400, "fieldIds takes at most 10 fields.");
        var size = Math.Clamp(body.Number("maxResults") ?? 1000, 1, 10_000);
        var binding = $"changelog {string.Join(',', names)} {string.Join(',', fields)}";
        var start = body.Text("nextPageToken") is { } token ? jira.Tokens.Read(token, binding).Page : 0;
        var issues = names.Select(name => context.Seen(jira, name)).OfType<Issue>().DistinctBy(i => i.Id).ToArray();
        var all = issues.SelectMany(i => jira.Issues.Changelog(i).Select(entry => (i.Id, Entry: Only(entry, fields))))
            .Where(e => e.Entry.Items.Length > 0).OrderBy(e => e.Entry.At).ThenBy(e => e.Id).ToArray();
        var page = all.Skip(start).Take(size).ToArray();
        context.Charge(issues.Length);
        await Reply.Write(context, 200, json =>
        {
            json.WriteStartObject();
            json.WriteStartArray("issueChangeLogs");
            foreach (var group in page.GroupBy(e => e.Id))
            {
                json.WriteStartObject();
                json.WriteString("issueId", group.Key.ToString(CultureInfo.InvariantCulture));
                json.WriteStartArray("changeHistories");
                foreach (var (_, entry) in group) view.History(json, entry, epoch: true);
                json.WriteEndArray();
                json.WriteEndObject();
            }

            json.WriteEndArray();
            if (start + size < all.Length) json.WriteString("nextPageToken", jira.Tokens.Issue(binding, null, start + size, jira.Search.TokenLifetime));
            json.WriteEndObject();
        });
    }

    static HistoryEntry Only(HistoryEntry entry, IReadOnlyList<string> fields) =>
        fields.Count == 0 ? entry : entry with { Items = [.. entry.Items.Where(i => fields.Contains(i.FieldId, StringComparer.OrdinalIgnoreCase))] };
}
