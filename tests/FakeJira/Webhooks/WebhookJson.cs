using System.Text.Json;

namespace Hub.FakeJira;

/// <summary>The body of a webhook: the issue is shown by the second version of the API, so its texts are wiki markup.</summary>
static class WebhookJson
{
    static readonly FieldSelection Brief = new(["summary", "issuetype", "project", "assignee", "priority", "status"]);

    public static ReadOnlyMemory<byte> Write(
        ApiView view, string eventName, Issue issue, IssueChange? change, WebhookDetails details, DateTimeOffset at, IReadOnlyList<long> matched) =>
        Reply.Bytes(json =>
        {
            json.WriteStartObject();
            json.WriteNumber("timestamp", (details.Timestamp ?? at).ToUnixTimeMilliseconds());
            json.WriteString("webhookEvent", eventName);
            var actor = (details.Actor ?? change?.Actor ?? User.Colleagues[0]) with { Email = null };
            var subject = details.Subject ?? change?.Subject;
            switch (eventName.Split('_')[0])
            {
                case "comment": Comment(view, json, issue, subject as Comment ?? issue.Comments.LastOrDefault(), actor); break;
                case "worklog": Worklog(view, json, issue, subject as Worklog ?? issue.Worklogs.Last()); break;
                case "issuelink": Link(json, subject as IssueLink ?? issue.Links.Last()); break;
                default: Issue(view, json, eventName, issue, change, details, actor); break;
            }

            if (matched.Count > 0)
            {
                json.WriteStartArray("matchedWebhookIds");
                foreach (var id in matched) json.WriteNumberValue(id);
                json.WriteEndArray();
            }

            json.WriteEndObject();
        });

    static void Issue(ApiView view, Utf8JsonWriter json, string eventName, Issue issue, IssueChange? change, WebhookDetails details, User actor)
    {
        var items = details.Changelog ?? (IReadOnlyList<ChangedField>?)change?.Fields ?? [];
        if (TypeName(eventName, items) is { } name) json.WriteString("issue_event_type_name", name);
        view.User(json, "user", actor);
        json.WritePropertyName("issue");
        view.Issue(json, issue, FieldSelection.Everything);
        if (items.Count > 0 && eventName is "jira:issue_created" or "jira:issue_updated") Changelog(json, view, items, change?.Id ?? 10_000);
        if (change?.Subject is string property && eventName.StartsWith("issue_property", StringComparison.Ordinal)) Property(json, issue, property);
    }

    static void Comment(ApiView view, Utf8JsonWriter json, Issue issue, Comment? comment, User actor)
    {
        if (comment is null) view.User(json, "user", actor);
        else
        {
            json.WritePropertyName("comment");
            view.Comment(json, issue, comment);
        }

        json.WritePropertyName("issue");
        view.Issue(json, issue, Brief);
    }

    // Neither a worklog nor a link comes with its issue: only the number of it is told.
    static void Worklog(ApiView view, Utf8JsonWriter json, Issue issue, Worklog worklog)
    {
        json.WritePropertyName("worklog");
        view.Worklog(json, issue, worklog);
    }

    static void Link(Utf8JsonWriter json, IssueLink link)
    {
        json.WriteStartObject("issueLink");
        json.WriteNumber("id", link.Id);
        json.WriteNumber("sourceIssueId", link.Source);
        json.WriteNumber("destinationIssueId", link.Target);
        json.WriteStartObject("issueLinkType");
        json.WriteNumber("id", int.Parse(link.Type.Id, null));
        json.WriteString("name", link.Type.Name);
        json.WriteString("outwardName", link.Type.Outward);
        json.WriteString("inwardName", link.Type.Inward);
        json.WriteBoolean("isSubTaskLinkType", false);
        json.WriteBoolean("isSystemLinkType", false);
        json.WriteEndObject();
        json.WriteNumber("sequence", 1);
        json.WriteBoolean("systemLink", false);
        json.WriteEndObject();
    }

    static void Property(Utf8JsonWriter json, Issue issue, string key)
    {
        json.WriteStartObject("property");
        json.WriteString("key", key);
        if (issue.Properties.TryGetValue(key, out var value))
        {
            json.WritePropertyName("value");
            value.WriteTo(json);
        }

        json.WriteEndObject();
    }

    static void Changelog(Utf8JsonWriter json, ApiView view, IReadOnlyList<ChangedField> items, long id)
    {
        json.WriteStartObject("changelog");
        json.WriteString("id", $"{id}");
        ChangelogJson.Items(json, items, view.Cloud);
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
