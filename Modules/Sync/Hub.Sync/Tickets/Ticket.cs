using System.Text.Json;
using System.Text.Json.Serialization;
using Hub.SharedKernel.Http;

namespace Hub.Sync.Tickets;

/// <summary>A ticket as it was last synchronised.</summary>
internal sealed record Ticket : IVersioned
{
    public required long Id { get; init; }
    public required long IntegrationId { get; init; }

    /// <summary>Where it comes from: jira or github.</summary>
    public required string Provider { get; init; }

    /// <summary>The provider's key for people, such as ENG-12; it may change.</summary>
    public required string Key { get; init; }

    /// <summary>The provider's own id; it never changes.</summary>
    public required string ExternalId { get; init; }
    public required string ProjectKey { get; init; }
    public string? IssueType { get; init; }
    public required string Summary { get; init; }

    /// <summary>Plain text.</summary>
    public string? Description { get; init; }

    /// <summary>The same as HTML that is safe to show.</summary>
    public string? DescriptionHtml { get; init; }
    public string? Status { get; init; }

    /// <summary>new, indeterminate or done.</summary>
    public string? StatusCategory { get; init; }
    public string? Priority { get; init; }
    public string? Resolution { get; init; }

    /// <summary>Name of the person, as the provider shows it.</summary>
    public string? Assignee { get; init; }
    public string? AssigneeId { get; init; }
    public string? Reporter { get; init; }
    public IReadOnlyList<string> Labels { get; init; } = [];
    public DateOnly? DueDate { get; init; }

    /// <summary>Where people read it at the provider.</summary>
    public string? Url { get; init; }

    /// <summary>The key of the ticket that this one is a part of.</summary>
    public string? ParentKey { get; init; }

    /// <summary>The provider's further fields, as the integration's <c>field_mappings</c> name them.</summary>
    public JsonElement Fields { get; init; }

    /// <summary>When it was created at the provider.</summary>
    public DateTimeOffset? CreatedAt { get; init; }

    /// <summary>When it last changed at the provider.</summary>
    public DateTimeOffset UpdatedAt { get; init; }

    /// <summary>When this state was stored here.</summary>
    public DateTimeOffset SyncedAt { get; init; }

    /// <summary>Set once it is gone at the provider.</summary>
    public DateTimeOffset? DeletedAt { get; init; }
    public long Version { get; init; }

    /// <summary>Another mapping makes other fields without a new version.</summary>
    string IVersioned.Tag => MappingHash is null ? $"{Version}" : $"{Version}.{Convert.ToHexStringLower(MappingHash.AsSpan(0, Math.Min(8, MappingHash.Length)))}";

    [JsonIgnore]
    public byte[]? MappingHash { get; init; }

    internal const string Columns = """
        id, integration_id, provider, key, external_id, project_key, issue_type, summary, description, description_html, status, status_category, priority,
        resolution, assignee, assignee_id, reporter, labels, due_date, url, parent_key, fields, mapping_hash, remote_created_at as created_at,
        remote_updated_at as updated_at, updated_at as synced_at, deleted_at, version
        """;
}
