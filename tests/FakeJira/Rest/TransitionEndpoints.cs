namespace Hub.FakeJira;

/// <summary>The steps that an issue can take from its status, and taking one.</summary>
static class TransitionEndpoints
{
    public static void Map(RestApi api)
    {
        var jira = api.Jira;
        api.Map("GET", "/issue/{key}/transitions", (context, view) =>
        {
            var issue = context.Issue(jira);
            return Reply.Write(context, 200, json =>
            {
                json.WriteStartObject();
                json.WriteString("expand", "transitions");
                json.WriteStartArray("transitions");
                foreach (var to in From(issue))
                {
                    json.WriteStartObject();
                    json.WriteString("id", to.TransitionId);
                    json.WriteString("name", to.TransitionName);
                    json.WritePropertyName("to");
                    view.Status(json, to);
                    json.WriteBoolean("hasScreen", false);
                    json.WriteBoolean("isGlobal", true);
                    json.WriteBoolean("isAvailable", true);
                    json.WriteBoolean("isConditional", false);
                    json.WriteEndObject();
                }

                json.WriteEndArray();
                json.WriteEndObject();
            });
        });
        api.Map("POST", "/issue/{key}/transitions", async (context, view) =>
        {
            var issue = context.Issue(jira);
            var body = await context.Body();
            var id = body.Get("transition")?.Text("id") ?? throw new JiraProblem(400, "Missing 'transition' identifier");
            var to = From(issue).FirstOrDefault(s => s.TransitionId == id)
                ?? throw new JiraProblem(400, $"The workflow operation ({id}) is not valid for the current state of this issue.");
            var edit = FieldWriter.Read(body, view, jira);
            jira.Issues.Update(issue.Key, i => edit(i) with { Status = to }, jira.Account);
            await Reply.Nothing(context);
        });
    }

    static IEnumerable<Status> From(Issue issue) => Status.All.Where(s => s != issue.Status);
}
