using System.Collections.Immutable;
using System.Text.Json;

namespace Hub.FakeJira;

/// <summary>Entity properties of an issue: JSON values by key, set with the issue or afterwards. They do not touch <c>updated</c>.</summary>
static class PropertyEndpoints
{
    public static void Map(RestApi api)
    {
        var jira = api.Jira;
        api.Map("GET", "/issue/{key}/properties", (context, view) =>
        {
            var issue = context.Issue(jira);
            var keys = issue.Properties.Keys.Order().Select(k => new { key = k, self = view.Self($"issue/{issue.Id}/properties/{k}") });
            return Reply.Json(context, 200, new { keys });
        });
        api.Map("GET", "/issue/{key}/properties/{property}", (context, _) =>
        {
            var property = context.Route("property");
            return context.Issue(jira).Properties.TryGetValue(property, out var value)
                ? Reply.Json(context, 200, new { key = property, value })
                : throw new JiraProblem(404, $"The property with key '{property}' does not exist.");
        });
        api.Map("PUT", "/issue/{key}/properties/{property}", async (context, _) =>
        {
            var issue = context.Writable(jira, "EDIT_ISSUES", "You do not have permission to edit issues in this project.");
            var (property, fresh) = (context.Route("property"), !issue.Properties.ContainsKey(context.Route("property")));
            jira.Issues.SetProperty(issue.Key, property, await context.Value(), jira.Account);
            context.Response.StatusCode = fresh ? StatusCodes.Status201Created : StatusCodes.Status200OK;
        });
        api.Map("DELETE", "/issue/{key}/properties/{property}", (context, _) =>
        {
            var issue = context.Writable(jira, "EDIT_ISSUES", "You do not have permission to edit issues in this project.");
            jira.Issues.RemoveProperty(issue.Key, context.Route("property"), jira.Account);
            return Reply.Nothing(context);
        });
    }

    /// <summary>The properties that come with a new issue.</summary>
    public static ImmutableDictionary<string, JsonElement> Read(JsonElement body)
    {
        if (body.Get("properties") is not { } list) return ImmutableDictionary<string, JsonElement>.Empty;
        if (list.ValueKind != JsonValueKind.Array) throw JiraProblem.BadPayload();
        return list.EnumerateArray().ToImmutableDictionary(
            p => p.Text("key") ?? throw JiraProblem.BadPayload(), p => p.Get("value")?.Clone() ?? throw JiraProblem.BadPayload());
    }
}
