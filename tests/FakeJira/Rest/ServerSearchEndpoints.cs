namespace Hub.FakeJira;

/// <summary>Search of Data Center: offsets, a page size that the server lowers, and a total.</summary>
static class ServerSearchEndpoints
{
    public static void Map(RestApi api)
    {
        api.Map("GET", "/search", (context, view) => Search(context, view, api.Jira));
        api.Map("POST", "/search", (context, view) => Search(context, view, api.Jira));
    }

    static async Task Search(HttpContext context, ApiView view, FakeJiraServer jira)
    {
        var request = await SearchRequest.Read(context, cloud: false);
        var warnings = new List<string>();
        var query = jira.Index.Compile(request.Jql, Tolerance(request, warnings));
        var fields = request.Fields is { Count: > 0 } named ? new FieldSelection(named) : FieldSelection.Navigable;
        var size = Math.Min(request.MaxResults, jira.Search.MaxPage ?? 1000);
        var pageNumber = size == 0 ? 1 : request.StartAt / size + 1;
        jira.Search.BeforePage?.Invoke(pageNumber);
        var found = context.Seen(jira, jira.Index.Run(request.Jql, query));
        var start = Math.Min(request.StartAt, found.Length);
        var page = found.AsSpan(start, Math.Min(size, found.Length - start)).ToArray();
        jira.Search.Guard(page);
        var shown = PageOrder.Apply(jira.Search, page, start > 0 && page.Length > 0 ? found[start - 1] : null);
        await Reply.Write(context, 200, json =>
        {
            json.WriteStartObject();
            json.WriteString("expand", "schema,names");
            json.WriteNumber("startAt", request.StartAt);
            json.WriteNumber("maxResults", size);
            json.WriteNumber("total", Math.Max(0, found.Length + jira.Search.TotalDrift * pageNumber));
            json.WriteStartArray("issues");
            foreach (var issue in shown) view.Listed(json, issue, fields, request.Expand);
            json.WriteEndArray();
            if (warnings.Count > 0) IssueExpansion.Strings(json, "warningMessages", warnings);
            if (request.Expand.Has("names")) IssueExpansion.Names(json, fields);
            json.WriteEndObject();
        });
    }

    static Func<string, bool>? Tolerance(SearchRequest request, List<string> warnings) => request.ValidateQuery.ToLowerInvariant() switch
    {
        "warn" => message =>
        {
            warnings.Add(message);
            return true;
        },
        "none" or "false" => _ => true,
        _ => null,
    };
}
