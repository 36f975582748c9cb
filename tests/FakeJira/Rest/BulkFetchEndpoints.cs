namespace Hub.FakeJira;

/// <summary>Up to 100 issues by id or key, in order of id. What is missing or hidden is silently absent.</summary>
static class BulkFetchEndpoints
{
    const int Most = 100;

    public static void Map(RestApi api) => api.Map("POST", "/issue/bulkfetch", async (context, view) =>
    {
        var body = await context.Body();
        var names = body.Texts("issueIdsOrKeys") ?? throw new JiraProblem(400, "issueIdsOrKeys is required.");
        if (names.Count > Most) throw new JiraProblem(400, $"The maximum number of issues is {Most}.");
        var fields = body.Texts("fields") is { Count: > 0 } named ? new FieldSelection(named) : FieldSelection.Navigable;
        var expand = Expansion.Of(body.Texts("expand"), body.Texts("properties"));
        var found = names.Select(name => context.Seen(api.Jira, name)).OfType<Issue>().DistinctBy(i => i.Id).OrderBy(i => i.Id).ToArray();
        api.Jira.Search.Guard(found);
        context.Charge(found.Length);
        await Reply.Write(context, 200, json =>
        {
            json.WriteStartObject();
            json.WriteString("expand", "schema,names");
            json.WriteStartArray("issues");
            foreach (var issue in found) view.Listed(json, issue, fields, expand);
            json.WriteEndArray();
            json.WriteStartArray("issueErrors");
            json.WriteEndArray();
            json.WriteEndObject();
        });
    });
}
