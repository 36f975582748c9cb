using System.Globalization;
using System.Text.Json;
using Hub.Sync.Github.Api;
using Hub.Sync.Github.Streams;
using Hub.Sync.Providers;

namespace Hub.Sync.Github.Releases;

/// <summary>A release, or the draft of one.</summary>
internal sealed record ReleaseRow : RemoteRow
{
    public required long ExternalId { get; init; }
    public required string Tag { get; init; }
    public string? Name { get; init; }
    public string? Body { get; init; }
    public required bool Draft { get; init; }
    public required bool Prerelease { get; init; }
    public string? Target { get; init; }
    public string? Author { get; init; }
    public DateTimeOffset? RemoteCreatedAt { get; init; }
    public DateTimeOffset? PublishedAt { get; init; }
    public string? HtmlUrl { get; init; }

    public override string Key => ExternalId.ToString(CultureInfo.InvariantCulture);

    public override string Label => Tag;

    /// <returns>Null when the record is no release.</returns>
    public static ReleaseRow? Read(JsonElement record) => record.Number("id") is { } id && record.Text("tag_name") is { } tag ? new ReleaseRow
    {
        ExternalId = id,
        Tag = tag,
        Name = record.Text("name"),
        Body = record.Text("body"),
        Draft = record.Flag("draft"),
        Prerelease = record.Flag("prerelease"),
        Target = record.Text("target_commitish"),
        Author = record.Text("author", "login"),
        RemoteCreatedAt = record.Time("created_at"),
        PublishedAt = record.Flag("draft") ? null : record.Time("published_at"),
        HtmlUrl = record.Text("html_url"),
        Source = record,
    } : null;
}
