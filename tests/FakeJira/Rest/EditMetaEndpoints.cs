namespace Hub.FakeJira;

/// <summary>The fields that can be set on an existing issue.</summary>
static class EditMetaEndpoints
{
    static readonly string[] OnEditScreen =
        ["summary", "description", "priority", "assignee", "labels", "components", "duedate", .. JiraFields.All.Where(field => field.IsCustom).Select(field => field.Id)];

    public static void Map(RestApi api) => api.Map("GET", "/issue/{key}/editmeta", (context, view) =>
    {
        context.Issue(api.Jira);
        return Reply.Write(context, 200, json =>
        {
            json.WriteStartObject();
            json.WriteStartObject("fields");
            foreach (var field in OnEditScreen.Select(id => JiraFields.Find(id)!))
            {
                json.WritePropertyName(field.Id);
                view.OnScreen(json, field, required: field.Id == "summary");
            }

            json.WriteEndObject();
            json.WriteEndObject();
        });
    });
}
