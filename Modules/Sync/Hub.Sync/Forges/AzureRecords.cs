using System.Text.Json;
using Hub.Sync.Github.Api;
using Hub.Sync.Github.Commits;
using Hub.Sync.Github.Pulls;
using Hub.Sync.Providers;

namespace Hub.Sync.Forges;

/// <summary>Pushes and pull requests of Azure DevOps in the form in which they are stored.</summary>
internal static class AzureRecords
{
    /// <returns>With its commits, or what must be asked for where they are not shown.</returns>
    public static ForgeTold OfPush(ForgeTold told, JsonElement record)
    {
        var branch = record.Items("refUpdates").Select(update => ForgeJson.BranchOf(update.Text("name"))).FirstOrDefault(name => name is not null);
        if (record.At("commits").ValueKind is JsonValueKind.Array || record.Count("pushId") is not { } push)
            return told with { Branch = branch, Commits = [.. record.Items("commits").Select(Commit).OfType<CommitRow>()] };
        return told with { Missing = new ForgeRecord(AzureEvents.Push, $"{record.Text("repository", "id")}/{push}") };
    }

    /// <returns>With the pull request, or what must be asked for where it is not shown.</returns>
    public static ForgeTold OfPull(ForgeTold told, JsonElement record)
    {
        if (record.Count("pullRequestId") is not { } number)
            return told;
        if (record.Text("title") is not { } title || record.Text("status") is not { } status || record.Text("sourceRefName") is null)
            return told with { Missing = new ForgeRecord(AzureEvents.PullRequest, $"{number}") };
        var state = status switch { "completed" => "merged", "abandoned" => "closed", _ => "open" };
        DateTimeOffset? closed = state == "open" ? null : record.When("closedDate") ?? told.At;
        var (body, head) = (record.Text("description"), ForgeJson.BranchOf(record.Text("sourceRefName")) ?? record.Text("sourceRefName") ?? "");
        return told with
        {
            Pull = new PullRow
            {
                ExternalId = number,
                Number = number,
                Title = title,
                Body = body,
                State = state,
                Draft = record.Flag("isDraft"),
                Author = record.Text("createdBy", "uniqueName") ?? record.Text("createdBy", "displayName"),
                Labels = record.Items("labels").Names("name"),
                HeadRef = head,
                HeadSha = record.Text("lastMergeSourceCommit", "commitId") ?? "",
                HeadRepository = record.Text("forkSource", "repository", "name"),
                BaseRef = ForgeJson.BranchOf(record.Text("targetRefName")) ?? "",
                BaseSha = record.Text("lastMergeTargetCommit", "commitId") ?? "",
                MergeCommitSha = state == "merged" ? record.Text("lastMergeCommit", "commitId") : null,
                MergedAt = state == "merged" ? closed : null,
                ClosedAt = closed,
                RemoteCreatedAt = record.When("creationDate") ?? told.At,
                RemoteUpdatedAt = told.At,
                TicketKeys = ForgeJson.KeysOf(title, body, head),
                HtmlUrl = told.Repository?.Url is { } url ? $"{url}/pullrequest/{number}" : null,
                Source = record,
            },
        };
    }

    private static CommitRow? Commit(JsonElement record) =>
        record.Text("commitId") is not { } sha || (record.When("committer", "date") ?? record.When("author", "date")) is not { } at ? null : new CommitRow
        {
            Sha = sha,
            AuthorName = record.Text("author", "name"),
            AuthorEmail = record.Text("author", "email"),
            CommitterName = record.Text("committer", "name"),
            CommitterEmail = record.Text("committer", "email"),
            AuthoredAt = record.When("author", "date") ?? at,
            CommittedAt = at,
            Message = record.Text("comment") ?? "",
            Parents = [],
            OnDefaultBranch = false,
            TicketKeys = Github.Links.TicketKeys.Of(record.Text("comment")),
            HtmlUrl = record.Text("remoteUrl") ?? record.Text("url"),
            Source = record,
        };
}
