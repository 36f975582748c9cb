using System.Globalization;
using System.Text.Json;
using Hub.Sync.Github.Api;
using Hub.Sync.Github.Streams;
using Hub.Sync.Providers;

namespace Hub.Sync.Github.Pulls;

/// <summary>What a reviewer said of a pull request.</summary>
internal sealed record ReviewRow : RemoteRow
{
    public required int Number { get; init; }
    public required long ExternalId { get; init; }
    public string? Reviewer { get; init; }

    /// <summary>approved, changes_requested, commented, dismissed or pending.</summary>
    public required string State { get; init; }
    public string? Body { get; init; }
    public string? CommitSha { get; init; }
    public DateTimeOffset? SubmittedAt { get; init; }

    public override string Key => ExternalId.ToString(CultureInfo.InvariantCulture);

    /// <returns>Null when the record is no review.</returns>
    public static ReviewRow? Read(JsonElement record, int pull) => record.Number("id") is { } id ? new ReviewRow
    {
        Number = pull,
        ExternalId = id,
        Reviewer = record.Text("user", "login"),
        State = record.Text("state")?.ToLowerInvariant() ?? "pending",
        Body = record.Text("body"),
        CommitSha = record.Text("commit_id"),
        SubmittedAt = record.Time("submitted_at"),
    } : null;

    /// <summary>
    /// The last decision of each reviewer counts; a comment is none. One who asks for changes outweighs all who approve.
    /// </summary>
    /// <param name="reviews">Of one pull request.</param>
    /// <param name="author">Whose own reviews decide nothing.</param>
    /// <returns>approved, changes_requested or pending.</returns>
    public static string Verdict(IEnumerable<ReviewRow> reviews, string? author)
    {
        var last = reviews
            .Where(review => review.State is "approved" or "changes_requested" or "dismissed" && review.Reviewer is not null
                && !review.Reviewer.Equals(author, StringComparison.OrdinalIgnoreCase))
            .GroupBy(review => review.Reviewer, StringComparer.OrdinalIgnoreCase)
            .Select(of => of.MaxBy(review => (review.SubmittedAt, review.ExternalId))!.State)
            .ToArray();
        return last.Contains("changes_requested") ? "changes_requested" : last.Contains("approved") ? "approved" : "pending";
    }
}
