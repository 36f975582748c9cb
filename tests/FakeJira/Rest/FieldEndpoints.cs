namespace Hub.FakeJira;

/// <summary>The fields of the site, and the values of those that every project shares.</summary>
static class FieldEndpoints
{
    public static void Map(RestApi api)
    {
        api.Map("GET", "/field", (context, _) => Reply.Json(context, 200, JiraFields.All.Select(FieldJson.Listed)));
        api.Map("GET", "/priority", (context, view) => Reply.Write(context, 200, json => FieldJson.Array(json, Priority.All, view.Priority)));
        api.Map("GET", "/status", (context, view) => Reply.Write(context, 200, json => FieldJson.Array(json, Status.All, view.Status)));
        api.Map("GET", "/issuetype", (context, view) => Reply.Write(context, 200, json => FieldJson.Array(json, IssueType.All, view.Type)));
        api.Map("GET", "/resolution", (context, view) => Reply.Write(context, 200, json =>
            FieldJson.Array(json, Resolution.All, (w, r) => view.Resolution(w, r))));
    }
}
