using System.Text.Json;

namespace Hub.FakeJira;

/// <summary>The body of a webhook: the issue is shown by the second version of the API, so its texts are wiki markup.</summary>
static class WebhookJson
{
    static readonly FieldSelection Brief = new(["summary", "issuetype", "project", "assignee", "priority", "status"]);

    public static ReadOnlyMemory<byte> Write(
        ApiView view, string eventName, Issue issue, IssueChange? change, WebhookDetails details, DateTimeOffset at) =>
        Reply.Bytes(json =>
        {
            json.WriteStartObject();
            json.WriteNumber("timestamp", (details.Timestamp ?? at).ToUnixTimeMilliseconds());
            json.WriteString("webhookEvent", eventName);
            var items = details.Changelog ?? (IReadOnlyList<ChangedField>?)change?.Fields ?? [];
            if (TypeName(eventName, items) is { } name) json.WriteString("issue_event_type_name", name);
            var onComment = eventName.StartsWith("comment_", StringComparison.Ordinal);
            if (onComment && issue.Comments.Length > 0)
            {
                json.WritePropertyName("comment");
                view.Comment(json, issue, issue.Comments[^1]);
            }
            else
            {
                view.User(json, "user", (details.Actor ?? change?.Actor ?? User.Colleagues[0]) with { Email = null });
            }

            json.WritePropertyName("issue");
            view.Issue(json, issue, onComment ? Brief : FieldSelection.Everything);
            if (items.Count > 0 && eventName is "jira:issue_created" or "jira:issue_updated") Changelog(json, view, items, change?.Id ?? 10_000);
            json.WriteEndObject();
        });

    static void Changelog(Utf8JsonWriter json, ApiView view, IReadOnlyList<ChangedField> items, long id)
    {
        json.WriteStartObject("changelog");
        json.WriteString("id", $"{id}");
        IssueExpansion.Items(json, items, view.Cloud);
        json.WriteEndObject();
    }

    static string? TypeName(string eventName, IReadOnlyList<ChangedField> items) => eventName switch
    {
        "jira:issue_created" => "issue_created",
        "jira:issue_updated" when items.Any(i => i.Field == "status") => "issue_generic",
        "jira:issue_updated" when items.Any(i => i.Field == "assignee") => "issue_assigned",
        "jira:issue_updated" when items.Any(i => i.Field == "project") => "issue_moved",
        "jira:issue_updated" => "issue_updated",
        _ => null,
    };
}
