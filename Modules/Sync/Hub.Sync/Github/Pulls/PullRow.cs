using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Hub.Sync.Github.Api;
using Hub.Sync.Github.Streams;
using Hub.Sync.Providers;

namespace Hub.Sync.Github.Pulls;

/// <summary>A pull request as lists show it.</summary>
internal sealed record PullRow : RemoteRow
{
    public required long ExternalId { get; init; }
    public required int Number { get; init; }
    public required string Title { get; init; }
    public string? Body { get; init; }

    /// <summary>open, closed or merged. Lists have no "merged": it is the time of merging that tells.</summary>
    public required string State { get; init; }
    public required bool Draft { get; init; }
    public string? Author { get; init; }
    public long? AuthorId { get; init; }
    public required IReadOnlyList<string> Labels { get; init; }
    public string? Milestone { get; init; }
    public required string HeadRef { get; init; }
    public required string HeadSha { get; init; }
    public string? HeadRepository { get; init; }
    public required string BaseRef { get; init; }
    public required string BaseSha { get; init; }
    public string? MergeCommitSha { get; init; }
    public DateTimeOffset? MergedAt { get; init; }
    public DateTimeOffset? ClosedAt { get; init; }
    public required DateTimeOffset RemoteCreatedAt { get; init; }
    public required DateTimeOffset RemoteUpdatedAt { get; init; }
    public required IReadOnlyList<string> TicketKeys { get; init; }
    public string? HtmlUrl { get; init; }

    [JsonIgnore]
    public override string Key => Number.ToString(CultureInfo.InvariantCulture);

    /// <returns>Null when the record is no pull request.</returns>
    public static PullRow? Read(JsonElement record)
    {
        if (record.Number("id") is not { } id || record.Count("number") is not { } number || record.Time("updated_at") is not { } updated)
            return null;
        var merged = record.Time("merged_at");
        var title = record.Text("title") ?? "";
        var head = record.Text("head", "ref") ?? "";
        var body = record.Text("body");
        return new PullRow
        {
            ExternalId = id,
            Number = number,
            Title = title,
            Body = body,
            State = merged is not null ? "merged" : record.Text("state") == "closed" ? "closed" : "open",
            Draft = record.Flag("draft"),
            Author = record.Text("user", "login"),
            AuthorId = record.Number("user", "id"),
            Labels = record.Items("labels").Names("name"),
            Milestone = record.Text("milestone", "title"),
            HeadRef = head,
            HeadSha = record.Text("head", "sha") ?? "",
            HeadRepository = record.Text("head", "repo", "full_name"),
            BaseRef = record.Text("base", "ref") ?? "",
            BaseSha = record.Text("base", "sha") ?? "",
            // While it is open this is a trial merge, made anew whenever the base moves.
            MergeCommitSha = merged is null ? null : record.Text("merge_commit_sha"),
            MergedAt = merged,
            ClosedAt = record.Time("closed_at"),
            RemoteCreatedAt = record.Time("created_at") ?? updated,
            RemoteUpdatedAt = updated,
            TicketKeys = [.. Links.TicketKeys.Of(title, body).Union(Links.TicketKeys.OfBranch(head)).Order(StringComparer.Ordinal)],
            HtmlUrl = record.Text("html_url"),
            Source = record,
        };
    }
}
