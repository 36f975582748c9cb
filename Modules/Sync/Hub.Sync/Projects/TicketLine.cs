using System.Globalization;
using CsvHelper.Configuration.Attributes;
using Hub.Sync.Tickets;

namespace Hub.Sync.Projects;

/// <summary>A ticket as a line of CSV. Times are ISO 8601 in UTC; labels have commas between them; the provider's further fields are JSON.</summary>
internal sealed record TicketLine(
    [property: Name("key")] string Key, [property: Name("external_id")] string ExternalId, [property: Name("project_key")] string ProjectKey,
    [property: Name("issue_type")] string? IssueType, [property: Name("summary")] string Summary, [property: Name("status")] string? Status,
    [property: Name("status_category")] string? StatusCategory, [property: Name("priority")] string? Priority,
    [property: Name("resolution")] string? Resolution, [property: Name("assignee")] string? Assignee, [property: Name("reporter")] string? Reporter,
    [property: Name("labels")] string Labels, [property: Name("due_date")] string? DueDate, [property: Name("parent_key")] string? ParentKey,
    [property: Name("created_at")] string? CreatedAt, [property: Name("updated_at")] string UpdatedAt, [property: Name("deleted_at")] string? DeletedAt,
    [property: Name("url")] string? Url, [property: Name("description")] string? Description, [property: Name("fields")] string Fields)
{
    public static TicketLine Of(Ticket ticket) => new(
        ticket.Key, ticket.ExternalId, ticket.ProjectKey, ticket.IssueType, ticket.Summary, ticket.Status, ticket.StatusCategory, ticket.Priority,
        ticket.Resolution, ticket.Assignee, ticket.Reporter, string.Join(",", ticket.Labels), ticket.DueDate?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        ticket.ParentKey, Time(ticket.CreatedAt), Time(ticket.UpdatedAt)!, Time(ticket.DeletedAt), ticket.Url, ticket.Description, ticket.Fields.GetRawText());

    private static string? Time(DateTimeOffset? time) => time?.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFF'Z'", CultureInfo.InvariantCulture);
}
