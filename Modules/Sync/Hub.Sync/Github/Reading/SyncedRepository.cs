using System.Text.Json;
using System.Text.Json.Serialization;

namespace Hub.Sync.Github.Reading;

/// <summary>A repository as it was last synchronised.</summary>
internal sealed record SyncedRepository
{
    [JsonIgnore]
    public long IntegrationId { get; init; }

    /// <summary>GitHub's own number of it; it never changes.</summary>
    public required long RepositoryId { get; init; }

    /// <summary>Owner and name as they are now.</summary>
    public required string FullName { get; init; }
    public required string DefaultBranch { get; init; }
    public bool Private { get; init; }
    public bool Archived { get; init; }
    public bool Fork { get; init; }
    public string? Description { get; init; }
    public IReadOnlyList<string> Topics { get; init; } = [];

    /// <summary>SPDX id.</summary>
    public string? License { get; init; }
    public string? HtmlUrl { get; init; }
    public DateTimeOffset? PushedAt { get; init; }

    [JsonIgnore]
    public JsonElement Languages { get; init; }

    [JsonIgnore]
    public bool TreeTruncated { get; init; }

    /// <summary>What finds its rows in a query.</summary>
    internal object Key => new { IntegrationId, RepositoryId };
}
