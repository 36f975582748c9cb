using System.Text.Json;
using Hub.Sync.Jira.Mapping;
using Hub.Sync.Jira.Text;
using Hub.Sync.Jira.Writing;
using Hub.Sync.Providers;
using Hub.Sync.Tickets;

namespace Hub.Sync.Jira;

/// <summary>Turns an issue, as any search or webhook of Jira shows it, into a ticket.</summary>
internal static class JiraIssue
{
    /// <summary>
    /// What is asked for: all fields, because the stored record serves mappings that nobody has made yet, without those that have sizes of their own.
    /// </summary>
    public static readonly IReadOnlyList<string> Fields = ["*all", "-comment", "-worklog", "-attachment"];

    /// <param name="issue">The issue with its <c>fields</c>.</param>
    /// <param name="site">The site's address for people, with its context path.</param>
    /// <param name="mappings">What else its ticket is to show; null for nothing.</param>
    /// <returns>Null when it lacks what makes a ticket: id, key or time of its last update.</returns>
    public static RemoteTicket? Read(JsonElement issue, string site, FieldMappings? mappings = null)
    {
        var fields = issue.At("fields");
        if (issue.Text("id") is not { } id || issue.Text("key") is not { } key || JiraTime.Instant(fields.At("updated")) is not { } updated)
            return null;

        var assignee = fields.At("assignee");
        var reporter = fields.At("reporter");
        var description = RichText.Of(fields.At("description"));
        var mapped = (mappings ?? FieldMappings.None).Apply(fields);
        return new RemoteTicket
        {
            ExternalId = id,
            Key = key,
            ProjectKey = ProjectOf(issue)!,
            IssueType = fields.Text("issuetype", "name"),
            Summary = fields.Text("summary") ?? "",
            Description = description.Text,
            DescriptionHtml = description.Html,
            Status = fields.Text("status", "name"),
            StatusCategory = fields.Text("status", "statusCategory", "key"),
            Priority = fields.Text("priority", "name"),
            Resolution = fields.Text("resolution", "name"),
            AssigneeId = Identity(assignee),
            Assignee = assignee.Text("displayName") ?? Identity(assignee),
            AssigneeEmail = assignee.Text("emailAddress"),
            ReporterId = Identity(reporter),
            Reporter = reporter.Text("displayName") ?? Identity(reporter),
            Labels = Labels(fields.At("labels")),
            DueDate = JiraTime.Day(fields.At("duedate")),
            Url = $"{site.TrimEnd('/')}/browse/{Uri.EscapeDataString(key)}",
            ParentKey = fields.Text("parent", "key"),
            Fields = mapped.Fields,
            MappingHash = mappings?.Hash,
            Misfits = mapped.Misfits,
            RemoteCreatedAt = JiraTime.Instant(fields.At("created")),
            RemoteUpdatedAt = updated,
            Source = issue,
        };
    }

    public static string? ProjectOf(JsonElement issue) =>
        issue.Text("fields", "project", "key") ?? (issue.Text("key") is { } key ? key[..Math.Max(0, key.LastIndexOf('-'))] : null);

    // Cloud knows people by account id, a Data Center by user name.
    private static string? Identity(JsonElement person) => person.Text("accountId") ?? person.Text("name") ?? person.Text("key");

    private static IReadOnlyList<string> Labels(JsonElement labels)
    {
        if (labels.ValueKind is not JsonValueKind.Array)
            return [];
        var words = labels.EnumerateArray().Select(label => label.Text()?.Replace(RemoteTicket.LabelSeparator, ' ')).OfType<string>();
        return [.. words.Where(word => !CreationMarker.Is(word)).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
    }
}
