using System.Text.Json;
using System.Text.Json.Nodes;
using Hub.Integrations.Contracts;
using Hub.SharedKernel.Problems;
using Hub.Sync.Tickets;

namespace Hub.Sync.Jira.Writing;

/// <summary>An issue that can be sent: everything in it was checked against what Jira says it takes.</summary>
/// <param name="Fields">In Jira's form.</param>
/// <param name="TakesLabels">Whether the project's screen has labels.</param>
internal sealed record NewIssue(JsonObject Fields, bool TakesLabels)
{
    /// <exception cref="InvalidException">Something in it is wrong or missing; nothing was sent.</exception>
    public static async Task<NewIssue> Of(JiraCalls jira, CreateTicket.Body body, CancellationToken ct)
    {
        var project = Project(jira.Connection, body.ProjectKey);
        var screen = new CreateScreen(jira, project);
        var type = CreateScreen.Named(await screen.Types(ct), body.IssueType ?? DefaultType(jira.Connection), project);
        var fields = new IssueFields(await screen.Fields(type, ct), new FieldNames(jira.Connection), new FieldShape(new JiraPeople(jira, project), jira.Cloud));
        await fields.Set("summary", "summary", Json(body.Summary), ct);
        await fields.Set("description", "description", Json(string.IsNullOrWhiteSpace(body.Description) ? null : body.Description), ct);
        await fields.Set("priority", "priority", Json(body.Priority), ct);
        await fields.Set("assignee", "assignee", Json(body.Assignee), ct);
        await fields.Set("labels", "labels", body.Labels is { Count: > 0 } labels ? JsonSerializer.SerializeToElement(labels.Distinct()) : default, ct);
        await fields.SetNamed(body.Fields ?? default, ct);
        fields.RequireRest();
        fields.ThrowIfWrong();
        fields.Values["project"] = new JsonObject { ["key"] = project };
        fields.Values["issuetype"] = new JsonObject { ["id"] = type.Id };
        return new NewIssue(fields.Values, fields.Has("labels"));
    }

    /// <summary>The project that is meant: the one that is named, or the only one of the integration.</summary>
    public static string Project(Connection connection, string? wanted)
    {
        var projects = connection.ProjectKeys();
        var choices = projects.Count == 0 ? "" : $": {string.Join(", ", projects)}";
        if (wanted?.Trim().ToUpperInvariant() is { } key)
            return projects.Count == 0 || projects.Contains(key) ? key
                : throw new InvalidException("project_key", $"'{key}' is none of the integration's projects{choices}");
        return projects is [var only] ? only : throw new InvalidException("project_key", $"is required: the integration has no single project{choices}");
    }

    public static string DefaultType(Connection connection) => connection.Setting("default_issue_type") ?? "Task";

    private static JsonElement Json(string? text) => text is null ? default : JsonSerializer.SerializeToElement(text);
}
