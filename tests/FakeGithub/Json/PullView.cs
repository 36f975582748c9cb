namespace Hub.FakeGithub;

/// <summary>Pull requests and their reviews.</summary>
sealed partial class GithubView
{
    /// <summary>As lists show it: without the numbers, and without <c>merged</c>.</summary>
    public Dictionary<string, object?> Pull(GithubRepository repository, GithubPull pull, object? shown = null)
    {
        var (url, page, issue) = ($"{Api(repository)}/pulls/{pull.Number}", $"{Page(repository)}/pull/{pull.Number}", $"{Api(repository)}/issues/{pull.Number}");
        shown ??= Repository(repository);
        return new Dictionary<string, object?>
        {
            ["url"] = url, ["id"] = pull.Id, ["node_id"] = NodeId("PullRequest", pull.Id), ["html_url"] = page, ["diff_url"] = $"{page}.diff",
            ["patch_url"] = $"{page}.patch",
            ["issue_url"] = issue, ["number"] = pull.Number, ["state"] = pull.Open ? "open" : "closed", ["locked"] = false, ["title"] = pull.Title,
            ["user"] = User(pull.User),
            ["body"] = pull.Body, ["created_at"] = At(pull.Created), ["updated_at"] = At(pull.Updated), ["closed_at"] = At(pull.Closed),
            ["merged_at"] = At(pull.Merged),
            ["merge_commit_sha"] = pull.MergeCommitSha ?? TreeFile.Hash("test merge of " + pull.HeadSha), ["assignee"] = User(pull.Assignees.FirstOrDefault()),
            ["assignees"] = pull.Assignees.Select(User), ["requested_reviewers"] = pull.RequestedReviewers.Select(User),
            ["requested_teams"] = Array.Empty<object>(),
            ["labels"] = pull.Labels.Select(l => Label(repository, l)), ["milestone"] = null, ["draft"] = pull.Draft, ["commits_url"] = $"{url}/commits",
            ["review_comments_url"] = $"{url}/comments", ["review_comment_url"] = $"{Api(repository)}/pulls/comments{{/number}}",
            ["comments_url"] = $"{issue}/comments",
            ["statuses_url"] = $"{Api(repository)}/statuses/{pull.HeadSha}",
            ["head"] = End(repository, pull.HeadRef, pull.HeadSha, pull.ForkGone ? null : shown, pull.ForkGone ? null : repository.Owner),
            ["base"] = End(repository, pull.BaseRef, pull.BaseSha, shown, repository.Owner),
            ["_links"] = new { self = new { href = url }, html = new { href = page }, issue = new { href = issue }, commits = new { href = $"{url}/commits" } },
            ["author_association"] = "MEMBER", ["auto_merge"] = null, ["active_lock_reason"] = null,
        };
    }

    /// <summary>As asked for by number. <paramref name="mergeable"/> is null while GitHub is still computing it.</summary>
    public Dictionary<string, object?> WholePull(GithubRepository repository, GithubPull pull, bool? mergeable)
    {
        var shown = Pull(repository, pull);
        var compared = Compared(repository, pull);
        var merged = pull.Merged is not null;
        shown["merged"] = merged;
        shown["mergeable"] = pull.Open ? mergeable : null;
        shown["rebaseable"] = pull.Open ? mergeable : null;
        shown["mergeable_state"] = pull.Open && mergeable is not null ? "clean" : "unknown";
        shown["merged_by"] = User(pull.MergedBy);
        shown["comments"] = repository.Issues.Comments(pull.Number).Count;
        shown["review_comments"] = 0;
        shown["maintainer_can_modify"] = false;
        shown["commits"] = compared?.Ahead.Count ?? 0;
        shown["additions"] = compared?.Files.Sum(f => f.Additions) ?? 0;
        shown["deletions"] = compared?.Files.Sum(f => f.Deletions) ?? 0;
        shown["changed_files"] = compared?.Files.Count ?? 0;
        return shown;
    }

    public static Comparison? Compared(GithubRepository repository, GithubPull pull)
    {
        var graph = repository.Git.Graph;
        return graph.Compare(graph.Find(pull.BaseSha)!, graph.Find(pull.HeadSha)!);
    }

    object End(GithubRepository repository, string name, string sha, object? shown, GithubUser? owner) =>
        new { label = $"{owner?.Login ?? "unknown"}:{name}", @ref = name, sha, user = User(owner), repo = shown };

    public object Review(GithubRepository repository, GithubReview review)
    {
        var (page, url) = ($"{Page(repository)}/pull/{review.Pull}#pullrequestreview-{review.Id}", $"{Api(repository)}/pulls/{review.Pull}");
        return new
        {
            id = review.Id, node_id = NodeId("PullRequestReview", review.Id), user = User(review.User), body = review.Body, state = review.State,
            html_url = page,
            pull_request_url = url, author_association = "MEMBER", _links = new { html = new { href = page }, pull_request = new { href = url } },
            submitted_at = At(review.Submitted), commit_id = review.CommitSha,
        };
    }
}
