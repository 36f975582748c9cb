using System.Text.Json;
using Hub.Sync.Github.Api;
using Hub.Sync.Github.Streams;
using Hub.Sync.Providers;

namespace Hub.Sync.Github.Commits;

/// <summary>A commit as lists and comparisons show it: everything but its files.</summary>
internal sealed record CommitRow : RemoteRow
{
    public required string Sha { get; init; }
    public string? AuthorName { get; init; }
    public string? AuthorEmail { get; init; }
    public string? AuthorLogin { get; init; }
    public string? CommitterName { get; init; }
    public string? CommitterEmail { get; init; }
    public string? CommitterLogin { get; init; }
    public required DateTimeOffset AuthoredAt { get; init; }
    public required DateTimeOffset CommittedAt { get; init; }
    public required string Message { get; init; }
    public required IReadOnlyList<string> Parents { get; init; }
    public required bool OnDefaultBranch { get; init; }
    public required IReadOnlyList<string> TicketKeys { get; init; }
    public string? HtmlUrl { get; init; }

    public override string Key => Sha;

    public string Title => Message.Split('\n', 2)[0];

    /// <returns>Null when the record is no commit.</returns>
    public static CommitRow? Read(JsonElement record, bool onDefault)
    {
        if (record.Text("sha") is not { } sha || record.Time("commit", "committer", "date") is not { } committed)
            return null;
        var message = record.Text("commit", "message") ?? "";
        return new CommitRow
        {
            Sha = sha,
            AuthorName = record.Text("commit", "author", "name"),
            AuthorEmail = record.Text("commit", "author", "email"),
            AuthorLogin = record.Text("author", "login"),
            CommitterName = record.Text("commit", "committer", "name"),
            CommitterEmail = record.Text("commit", "committer", "email"),
            CommitterLogin = record.Text("committer", "login"),
            AuthoredAt = record.Time("commit", "author", "date") ?? committed,
            CommittedAt = committed,
            Message = message,
            Parents = [.. record.Items("parents").Select(parent => parent.Text("sha")).OfType<string>()],
            OnDefaultBranch = onDefault,
            TicketKeys = Links.TicketKeys.Of(message),
            HtmlUrl = record.Text("html_url"),
            Source = record,
        };
    }
}
