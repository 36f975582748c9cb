using System.Collections.Immutable;

namespace Hub.FakeJira;

/// <summary>A field as <c>GET /field</c> and the create screen describe it.</summary>
sealed record JiraField(string Id, string Name, string Type, string? Items = null, string? Custom = null, bool Navigable = true)
{
    public bool IsCustom => Custom is not null;
}

/// <summary>The fields of the site, in the order in which an issue shows them.</summary>
static class JiraFields
{
    public const string StoryPoints = "customfield_10016";

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
        new("description", "Description", "string"),
        new("comment", "Comment", "comments-page", Navigable: false),
        new(StoryPoints, "Story point estimate", "number", Custom: "com.pyxis.greenhopper.jira:jsw-story-points"),
        new("customfield_10030", "Kunde", "string", Custom: "com.atlassian.jira.plugin.system.customfieldtypes:textfield"),
    ];

    public static JiraField? Find(string idOrName) =>
        All.FirstOrDefault(f => f.Id.Equals(idOrName, StringComparison.OrdinalIgnoreCase) || f.Name.Equals(idOrName, StringComparison.OrdinalIgnoreCase));
}
