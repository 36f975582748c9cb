using System.Collections.Immutable;
using System.Text.Json;

namespace Hub.FakeJira;

/// <summary>What a new issue needs: the types of a project and the fields of a type, in lists that the two products name differently.</summary>
static class CreateMetaEndpoints
{
    public static void Map(RestApi api)
    {
        var jira = api.Jira;
        api.Map("GET", "/issue/createmeta/{project}/issuetypes", (context, view) =>
        {
            RequireProject(context, jira);
            return Page(context, view, "issueTypes", IssueType.All, view.Type);
        });
        api.Map("GET", "/issue/createmeta/{project}/issuetypes/{type}", (context, view) =>
        {
            RequireProject(context, jira);
            var type = IssueType.All.FirstOrDefault(t => t.Id == context.Route("type")) ?? throw new JiraProblem(404, "The issue type does not exist.");
            return Page(context, view, "fields", jira.Screens.Of(type), (json, field) => view.OnScreen(json, field, jira.Screens.Requires(type, field)));
        });
    }

    static void RequireProject(HttpContext context, FakeJiraServer jira)
    {
        context.RequireAccount();
        context.Projects(jira).Find(context.Route("project"));
    }

    static Task Page<T>(HttpContext context, ApiView view, string name, ImmutableArray<T> all, Action<Utf8JsonWriter, T> write)
    {
        var (start, size) = (context.Number("startAt", 0), context.Number("maxResults", 50));
        if (size > 200) throw new JiraProblem(400, "Parameter 'maxResults' must not exceed the limit '200'");
        return Reply.Write(context, 200, json =>
        {
            json.WriteStartObject();
            json.WriteNumber("maxResults", size);
            json.WriteNumber("startAt", start);
            json.WriteNumber("total", all.Length);
            if (!view.Cloud) json.WriteBoolean("isLast", start + size >= all.Length);
            json.WritePropertyName(view.Cloud ? name : "values");
            FieldJson.Array(json, all.Skip(start).Take(size), write);
            json.WriteEndObject();
        });
    }
}
