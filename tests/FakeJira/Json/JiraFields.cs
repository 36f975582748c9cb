using System.Collections.Immutable;

namespace Hub.FakeJira;

/// <summary>A field as <c>GET /field</c> and the create screen describe it.</summary>
sealed record JiraField(string Id, string Name, string Type, string? Items = null, string? Custom = null, bool Navigable = true)
{
    public bool IsCustom => Custom is not null;

    /// <summary>Rich text: a document in the third version of the API, wiki markup in the second.</summary>
    public bool IsLong => Custom is not null && Custom.EndsWith(":textarea", StringComparison.Ordinal);
}

/// <summary>The fields of the site, in the order in which an issue shows them.</summary>
static class JiraFields
{
    public const string StoryPoints = "customfield_10016";
    public const string Sprint = "customfield_10020";
    public const string GoLive = "customfield_10031";
    public const string Reviewer = "customfield_10032";
    public const string Stakeholders = "customfield_10033";
    public const string Severity = "customfield_10034";
    public const string Region = "customfield_10035";
    public const string Platforms = "customfield_10036";
    public const string Tags = "customfield_10037";
    public const string Steps = "customfield_10038";
    public const string Outage = "customfield_10039";

    const string Kind = "com.atlassian.jira.plugin.system.customfieldtypes:";

    public static readonly ImmutableArray<JiraField> All =
    [
        new("summary", "Summary", "string"),
        new("issuetype", "Issue Type", "issuetype"),
        new("project", "Project", "project"),
        new("status", "Status", "status"),
        new("priority", "Priority", "priority"),
        new("resolution", "Resolution", "resolution"),
        new("resolutiondate", "Resolved", "datetime"),
        new("assignee", "Assignee", "user"),
        new("reporter", "Reporter", "user"),
        new("creator", "Creator", "user"),
        new("labels", "Labels", "array", "string"),
        new("components", "Components", "array", "component"),
        new("created", "Created", "datetime"),
        new("updated", "Updated", "datetime"),
        new("duedate", "Due date", "date"),
        new("parent", "Parent", "issuelink"),
        new("issuelinks", "Linked Issues", "array", "issuelinks"),
        new("timespent", "Time Spent", "number"),
        new("description", "Description", "string"),
        new("comment", "Comment", "comments-page", Navigable: false),
        new("worklog", "Log Work", "array", "worklog", Navigable: false),
        new(StoryPoints, "Story point estimate", "number", Custom: "com.pyxis.greenhopper.jira:jsw-story-points"),
        new(Sprint, "Sprint", "array", "json", "com.pyxis.greenhopper.jira:gh-sprint"),
        new("customfield_10030", "Kunde", "string", Custom: Kind + "textfield"),
        new(GoLive, "Go-live", "date", Custom: Kind + "datepicker"),
        new(Reviewer, "Reviewer", "user", Custom: Kind + "userpicker"),
        new(Stakeholders, "Stakeholders", "array", "user", Kind + "multiuserpicker"),
        new(Severity, "Severity", "option", Custom: Kind + "select"),
        new(Region, "Region", "option-with-child", Custom: Kind + "cascadingselect"),
        new(Platforms, "Platforms", "array", "option", Kind + "multiselect"),
        new(Tags, "Tags", "array", "string", Kind + "labels"),
        new(Steps, "Steps to reproduce", "string", Custom: Kind + "textarea"),
        new(Outage, "Outage start", "datetime", Custom: Kind + "datetime"),
    ];

    static readonly ImmutableDictionary<string, JiraField> ByName = All.SelectMany(f => new[] { (Key: f.Id, Field: f), (Key: f.Name, Field: f) })
        .DistinctBy(f => f.Key, StringComparer.OrdinalIgnoreCase).ToImmutableDictionary(f => f.Key, f => f.Field, StringComparer.OrdinalIgnoreCase);

    public static JiraField? Find(string idOrName) => ByName.GetValueOrDefault(idOrName);
}
