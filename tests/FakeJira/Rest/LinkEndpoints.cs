using System.Text.Json;

namespace Hub.FakeJira;

/// <summary>Links between issues: kinds, making one, reading it and removing it.</summary>
static class LinkEndpoints
{
    public static void Map(RestApi api)
    {
        var jira = api.Jira;
        api.Map("GET", "/issueLinkType", (context, view) => Reply.Write(context, 200, json =>
        {
            json.WriteStartObject();
            json.WriteStartArray("issueLinkTypes");
            foreach (var type in LinkType.All) view.LinkType(json, type);
            json.WriteEndArray();
            json.WriteEndObject();
        }));
        api.Map("POST", "/issueLink", async (context, _) =>
        {
            context.RequireAccount();
            if (!context.May(jira, "LINK_ISSUES")) throw new JiraProblem(401, "No Link Issue Permission for issue.");
            var body = await context.Body();
            var type = body.Get("type") is { } given && LinkType.Find(given.Text("id") ?? given.Text("name") ?? "") is { } known
                ? known
                : throw new JiraProblem(404, "No issue link type with that name or id found.");
            // Jira's words mislead: the inward issue is the one that does it, "blocks", to the outward issue.
            jira.Issues.Link(End("inwardIssue").Key, End("outwardIssue").Key, type, jira.Account);
            context.Response.StatusCode = StatusCodes.Status201Created;

            Issue End(string name) => body.Get(name) is { } end && context.Seen(jira, end.Text("key") ?? end.Text("id") ?? "") is { } issue
                ? issue
                : throw JiraProblem.NoIssue();
        });
        api.Map("GET", "/issueLink/{id}", (context, view) =>
        {
            var link = Named(context, jira);
            return Reply.Write(context, 200, json =>
            {
                json.WriteStartObject();
                view.Head(json, link);
                End(view, json, "inwardIssue", link.Source);
                End(view, json, "outwardIssue", link.Target);
                json.WriteEndObject();
            });
        });
        api.Map("DELETE", "/issueLink/{id}", (context, _) =>
        {
            jira.Issues.RemoveLink(Named(context, jira).Id, jira.Account);
            return Reply.Nothing(context);
        });
    }

    static void End(ApiView view, Utf8JsonWriter json, string name, long id)
    {
        if (view.Issues.Visible($"{id}") is { } issue) view.Brief(json, name, issue);
    }

    static IssueLink Named(HttpContext context, FakeJiraServer jira)
    {
        context.RequireAccount();
        return long.TryParse(context.Route("id"), out var id) && jira.Issues.FindLink(id) is { } link
            && context.Seen(jira, $"{link.Source}") is not null && context.Seen(jira, $"{link.Target}") is not null
            ? link
            : throw new JiraProblem(404, $"No issue link with id '{context.Route("id")}' exists.");
    }
}
