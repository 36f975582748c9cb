using System.Text.Json.Serialization;
using Hub.Sync.Github.Links;

namespace Hub.Sync.Github.ReleaseNotes;

/// <summary>A pull request whose merge lies between the two ends.</summary>
internal sealed record MergedPull : LinkedRow
{
    public required int Number { get; init; }
    public required string Title { get; init; }

    /// <summary>Account at GitHub.</summary>
    public string? Author { get; init; }
    public required DateTimeOffset MergedAt { get; init; }
    public required IReadOnlyList<string> Labels { get; init; }

    /// <summary>breaking, security, features, fixes, performance, documentation, dependencies, maintenance or other.</summary>
    public string Category => PullCategory.Of(Title, Labels);
    public string? Url { get; init; }

    [JsonIgnore]
    public string? MergeCommitSha { get; init; }

    [JsonIgnore]
    public string HeadSha { get; init; } = "";
}
