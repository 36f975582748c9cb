using System.Text.Json;

namespace Hub.FakeJira;

/// <summary>The steps that an issue can take from its status, and taking one. Without the permission there are none, which is no error.</summary>
static class TransitionEndpoints
{
    public static void Map(RestApi api)
    {
        api.Map("GET", "/issue/{key}/transitions", (context, view) => List(context, view, api.Jira));
        api.Map("POST", "/issue/{key}/transitions", (context, view) => Step(context, view, api.Jira));
    }

    static Task List(HttpContext context, ApiView view, FakeJiraServer jira)
    {
        var issue = context.Issue(jira);
        var withFields = context.List("expand").Contains("transitions.fields");
        var all = context.Request.Query["includeUnavailableTransitions"] == "true";
        IEnumerable<Status> steps = context.May(jira, "TRANSITION_ISSUES") ? Workflow.From(issue).Where(s => all || jira.Workflow.Available(issue, s)) : [];
        return Reply.Write(context, 200, json =>
        {
            json.WriteStartObject();
            json.WriteString("expand", "transitions");
            json.WriteStartArray("transitions");
            foreach (var to in steps) Transition(view, json, jira.Workflow, issue, to, withFields);
            json.WriteEndArray();
            json.WriteEndObject();
        });
    }

    static void Transition(ApiView view, Utf8JsonWriter json, Workflow workflow, Issue issue, Status to, bool withFields)
    {
        json.WriteStartObject();
        json.WriteString("id", to.TransitionId);
        json.WriteString("name", to.TransitionName);
        json.WritePropertyName("to");
        view.Status(json, to);
        json.WriteBoolean("hasScreen", workflow.HasScreen(to));
        json.WriteBoolean("isGlobal", true);
        json.WriteBoolean("isInitial", false);
        json.WriteBoolean("isAvailable", workflow.Available(issue, to));
        json.WriteBoolean("isConditional", workflow.Allows is not null);
        if (withFields)
        {
            json.WriteStartObject("fields");
            if (workflow.HasScreen(to))
            {
                json.WritePropertyName("resolution");
                view.OnScreen(json, JiraFields.Find("resolution")!, required: true);
            }

            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    static async Task Step(HttpContext context, ApiView view, FakeJiraServer jira)
    {
        var issue = context.Issue(jira);
        var body = await context.Body();
        var id = body.Get("transition")?.Text("id") ?? throw new JiraProblem(400, "Missing 'transition' identifier");
        var to = Workflow.From(issue).FirstOrDefault(s => s.TransitionId == id && jira.Workflow.Available(issue, s) && context.May(jira, "TRANSITION_ISSUES"))
            ?? throw new JiraProblem(400, $"The workflow operation ({id}) is not valid for the current state of this issue.");
        var screen = jira.Workflow.HasScreen(to);
        var lacks = screen && body.Get("fields")?.Get("resolution") is null;
        var edit = FieldWriter.Read(body, view, jira, lacks ? [("resolution", "Resolution is required.")] : [], onTransition: screen);
        jira.Workflow.BeforeStep?.Invoke(issue);
        jira.Issues.Update(issue.Key, now => now.Status == issue.Status ? edit(now) with { Status = to } : throw Raced(), jira.Account);
        await Reply.Nothing(context);
    }

    static JiraProblem Raced() => new(409, "The issue could not be updated because another transition of it is in progress.");
}
