using Hub.FakeJira.Jql;

namespace Hub.FakeJira;

/// <summary>Search with page tokens, its count, and the removed search that it replaced.</summary>
static class CloudSearchEndpoints
{
    const string Removed = "The requested API has been removed. Please migrate to the /rest/api/3/search/jql API. "
        + "A full migration guideline is available at https://developer.atlassian.com/changelog/#CHANGE-2046";

    public static void Map(RestApi api)
    {
        foreach (var verb in new[] { "GET", "POST" })
        {
            api.Map(verb, "/search/jql", (context, view) => Search(context, view, api.Jira));
            api.Map(verb, "/search", (_, _) => throw new JiraProblem(410, Removed));
        }

        api.Map("POST", "/search/id", (_, _) => throw new JiraProblem(410, Removed));
        api.Map("POST", "/search/approximate-count", (context, _) => Count(context, api.Jira));
        api.Map("POST", "/jql/match", (context, _) => Match(context, api.Jira));
    }

    static async Task Search(HttpContext context, ApiView view, FakeJiraServer jira)
    {
        var request = await SearchRequest.Read(context, cloud: true);
        var query = Bounded(jira, request.Jql);
        var reconcile = Reconciled(request.Reconcile);
        var fields = request.Fields is { Count: > 0 } named ? new FieldSelection(named) : FieldSelection.IdOnly;
        var binding = $"{request.Jql}\n{fields.Text}\n{string.Join(',', reconcile)}";
        var position = request.Token is null ? null : jira.Tokens.Read(request.Token, binding);
        var pageNumber = position?.Page ?? 1;
        jira.Search.BeforePage?.Invoke(pageNumber);
        var found = context.Seen(jira, jira.Index.Run(request.Jql, query, reconcile));
        var start = position?.Last is { } last ? After(found, last, query) : 0;
        var size = PageSize(jira.Search, request, fields, pageNumber);
        var page = found.AsSpan(start, Math.Min(size, found.Length - start)).ToArray();
        jira.Search.Guard(page);
        context.Charge(page.Length);
        var isLast = start + page.Length >= found.Length;
        var repeats = jira.Search.RepeatTokenFromPage > 0 && pageNumber >= jira.Search.RepeatTokenFromPage && position is not null;
        var next = repeats ? position!.Token
            : isLast ? null
            : jira.Tokens.Issue(binding, page.Length > 0 ? page[^1] : position?.Last, pageNumber + 1, jira.Search.TokenLifetime);
        var shown = PageOrder.Apply(jira.Search, page, position?.Last);
        await Reply.Write(context, 200, json =>
        {
            json.WriteStartObject();
            json.WriteStartArray("issues");
            foreach (var issue in shown) view.Listed(json, issue, fields, request.Expand);
            json.WriteEndArray();
            if (next is not null && !jira.Search.OmitToken) json.WriteString("nextPageToken", next);
            if (!jira.Search.OmitIsLast) json.WriteBoolean("isLast", next is null);
            if (request.Expand.Has("names")) IssueExpansion.Names(json, fields);
            json.WriteEndObject();
        });
    }

    static async Task Count(HttpContext context, FakeJiraServer jira)
    {
        var jql = (await context.Body()).Text("jql") ?? "";
        var query = Bounded(jira, jql);
        await Reply.Json(context, 200, new { count = context.Seen(jira, jira.Index.Run(jql, query)).Length });
    }

    static async Task Match(HttpContext context, FakeJiraServer jira)
    {
        var body = await context.Body();
        var ids = body.Texts("issueIds") ?? throw new JiraProblem(400, "issueIds is required.");
        var jqls = body.Texts("jqls") ?? throw new JiraProblem(400, "jqls is required.");
        var issues = ids.Select(id => context.Seen(jira, id)).OfType<Issue>().ToArray();
        await Reply.Json(context, 200, new { matches = jqls.Select(One).ToArray() });

        object One(string jql)
        {
            try
            {
                var query = jira.Index.Compile(jql);
                return new { matchedIssues = issues.Where(i => query.Selects(i)).Select(i => i.Id).ToArray(), errors = Array.Empty<string>() };
            }
            catch (JqlException wrong)
            {
                return new { matchedIssues = Array.Empty<long>(), errors = new[] { wrong.Message } };
            }
        }
    }

    static IReadOnlyList<string> Reconciled(IReadOnlyList<string> ids) =>
        ids.Count <= 50 && ids.All(id => long.TryParse(id, out _))
            ? ids
            : throw new JiraProblem(400, "reconcileIssues takes at most 50 numeric issue ids.");

    static CompiledQuery Bounded(FakeJiraServer jira, string jql)
    {
        var query = jira.Index.Compile(jql);
        return query.Bounded
            ? query
            : throw new JiraProblem(400, "Unbounded JQL queries are not allowed here. Please add a search restriction to your query.");
    }

    static int After(Issue[] found, Issue last, CompiledQuery query)
    {
        var at = Array.BinarySearch(found, last, Comparer<Issue>.Create(query.Order));
        return at < 0 ? ~at : at + 1;
    }

    static int PageSize(SearchBehaviour behaviour, SearchRequest request, FieldSelection fields, int page)
    {
        var most = behaviour.MaxPage ?? (fields.ShowsFields ? 100 : 5000);
        var size = Math.Clamp(request.MaxResults, 1, most);
        if (!behaviour.ShortPages) return size;
        return (page % 4) switch
        {
            1 => Math.Max(1, size / 2),
            2 => 0,
            3 => Math.Max(1, size - 1),
            _ => size,
        };
    }
}
