using System.Text.Json;
using Hub.Sync.Providers;
using Hub.Sync.Tickets;

namespace Hub.Sync.Forges;

/// <summary>Work items of Azure DevOps as tickets. Their keys are the project and the number, such as <c>Fabrikam#12</c>.</summary>
internal static class AzureWorkItems
{
    public static ForgeTold? OfEvent(ForgeTold told, JsonElement record, string name)
    {
        if ((record.Text("workItemId") ?? record.Text("id")) is not { } id || !long.TryParse(id, out _))
            return null;
        if (name == "workitem.deleted")
            return told with { GoneTicket = id };
        // An update shows what changed, and the whole item as its revision.
        var whole = record.At("revision").ValueKind is JsonValueKind.Object ? record.At("revision") : record;
        return Read(whole, told.At) is { } ticket && ticket.ExternalId == id
            ? told with { Ticket = ticket }
            : told with { Missing = new ForgeRecord(AzureEvents.WorkItem, id) };
    }

    /// <returns>Null when it does not show the whole item.</returns>
    public static RemoteTicket? Read(JsonElement record, DateTimeOffset toldAt)
    {
        var fields = record.At("fields");
        if (record.Text("id") is not { } id || fields.Text("System.Title") is not { } title || fields.Text("System.TeamProject") is not { } project)
            return null;
        var state = fields.Text("System.State");
        return new RemoteTicket
        {
            ExternalId = id,
            Key = $"{project}#{id}",
            ProjectKey = project,
            IssueType = fields.Text("System.WorkItemType"),
            Summary = title,
            Description = ForgeJson.Words(fields.Text("System.Description")),
            Status = state,
            StatusCategory = Category(state),
            Priority = fields.Text("Microsoft.VSTS.Common.Priority"),
            Resolution = fields.Text("System.Reason"),
            AssigneeId = Account(fields.At("System.AssignedTo")),
            Assignee = Name(fields.At("System.AssignedTo")),
            ReporterId = Account(fields.At("System.CreatedBy")),
            Reporter = Name(fields.At("System.CreatedBy")),
            Labels = [.. (fields.Text("System.Tags") ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
                .Select(tag => tag.Replace(RemoteTicket.LabelSeparator.ToString(), "", StringComparison.Ordinal))
                .Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)],
            Url = record.Text("_links", "html", "href"),
            RemoteCreatedAt = fields.When("System.CreatedDate"),
            RemoteUpdatedAt = fields.When("System.ChangedDate") ?? toldAt,
            Source = record,
        };
    }

    // The states of the four processes that Azure DevOps brings; others can be made.
    private static string Category(string? state) => state switch
    {
        "New" or "To Do" or "Proposed" or "Approved" => "new",
        "Done" or "Closed" or "Removed" or "Completed" => "done",
        _ => "indeterminate",
    };

    // A person is an object, or "Name <address>" in older versions.
    private static string? Name(JsonElement person) => person.Text("displayName") ?? person.Text()?.Split('<')[0].Trim();

    private static string? Account(JsonElement person) => person.Text("uniqueName")
        ?? (person.Text() is { } text && text.IndexOf('<', StringComparison.Ordinal) is >= 0 and var at ? text[(at + 1)..].TrimEnd('>') : null);
}
