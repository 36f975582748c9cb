namespace Hub.FakeJira;

/// <summary>A search as asked by query string or body. <see cref="Fields"/> is null when the caller named none.</summary>
sealed record SearchRequest(
    string Jql, int MaxResults, string? Token, int StartAt, IReadOnlyList<string>? Fields, Expansion Expand, string ValidateQuery,
    IReadOnlyList<string> Reconcile)
{
    public static async Task<SearchRequest> Read(HttpContext context, bool cloud)
    {
        if (HttpMethods.IsGet(context.Request.Method)) return FromQuery(context);
        var body = await context.Body();
        // The Cloud body takes one comma-joined string, the Data Center body an array: mixing them up is a 400 on the real thing too.
        var expand = cloud ? Split(body.Text("expand")) : body.Texts("expand");
        return new(body.Text("jql") ?? "", body.Number("maxResults") ?? 50, body.Text("nextPageToken"), body.Number("startAt") ?? 0,
            body.Texts("fields"), Expansion.Of(expand, body.Texts("properties")), body.Get("validateQuery")?.ToString() ?? "strict",
            body.Texts("reconcileIssues") ?? []);
    }

    static SearchRequest FromQuery(HttpContext context)
    {
        var query = context.Request.Query;
        var fields = query.ContainsKey("fields") ? query["fields"].SelectMany(f => Split(f)!).ToArray() : null;
        string? token = query["nextPageToken"];
        return new(query["jql"].ToString(), context.Number("maxResults", 50), string.IsNullOrEmpty(token) ? null : token, context.Number("startAt", 0),
            fields, Expansion.Of(Split(query["expand"]), Split(query["properties"])),
            query.TryGetValue("validateQuery", out var validate) ? validate.ToString() : "strict",
            [.. query["reconcileIssues"].SelectMany(i => Split(i) ?? [])]);
    }

    static string[]? Split(string? list) => list?.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
