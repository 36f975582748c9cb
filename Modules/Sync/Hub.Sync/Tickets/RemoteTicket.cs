using System.Text.Json;

namespace Hub.Sync.Tickets;

/// <summary>A ticket as its provider shows it, in clean text, ready to be stored.</summary>
internal record RemoteTicket
{
    /// <summary>Stands between labels on their way to the database, and therefore in none of them.</summary>
    public const char LabelSeparator = '\u001f';

    private static readonly JsonElement NoFields = JsonElement.Parse("{}");

    public required string ExternalId { get; init; }
    public required string Key { get; init; }
    public required string ProjectKey { get; init; }
    public string? IssueType { get; init; }
    public required string Summary { get; init; }

    /// <summary>Plain text.</summary>
    public string? Description { get; init; }

    /// <summary>The same as HTML that is safe to show; null where the provider's form has none.</summary>
    public string? DescriptionHtml { get; init; }
    public string? Status { get; init; }

    /// <summary>new, indeterminate or done.</summary>
    public string? StatusCategory { get; init; }
    public string? Priority { get; init; }
    public string? Resolution { get; init; }
    public string? AssigneeId { get; init; }
    public string? Assignee { get; init; }
    public string? AssigneeEmail { get; init; }
    public string? ReporterId { get; init; }
    public string? Reporter { get; init; }

    /// <summary>Without repetition, in ordinal order: providers give them in any.</summary>
    public required IReadOnlyList<string> Labels { get; init; }
    public DateOnly? DueDate { get; init; }
    public string? Url { get; init; }

    /// <summary>The key of the ticket that this one is a part of.</summary>
    public string? ParentKey { get; init; }

    /// <summary>What the integration's field mapping made of the record: an object.</summary>
    public JsonElement Fields { get; init; } = NoFields;

    /// <summary>Names that mapping; null when there was none to apply.</summary>
    public byte[]? MappingHash { get; init; }

    /// <summary>Names of mapped fields whose values did not fit; they are null in <see cref="Fields"/>.</summary>
    public IReadOnlyList<string> Misfits { get; init; } = [];
    public DateTimeOffset? RemoteCreatedAt { get; init; }

    /// <summary>The provider's own update time: the only thing that decides which of two states is newer.</summary>
    public required DateTimeOffset RemoteUpdatedAt { get; init; }

    /// <summary>The provider's record as it came. Lives as long as the document it is part of.</summary>
    public required JsonElement Source { get; init; }
}

/// <summary>A ticket as it is stored.</summary>
internal sealed record StoredTicket : RemoteTicket
{
    public required long Id { get; init; }

    /// <summary>The provider's record, see <see cref="RawRecord"/>.</summary>
    public byte[]? Raw { get; init; }
    public DateTimeOffset? DeletedAt { get; init; }
}
