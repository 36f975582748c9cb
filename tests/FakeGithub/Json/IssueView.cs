namespace Hub.FakeGithub;

/// <summary>Issues, pull requests seen as issues, comments, releases and workflow runs.</summary>
sealed partial class GithubView
{
    public object Issue(GithubRepository repository, GithubIssue issue) => Issue(repository, new Entry(
        issue.Id, issue.Number, issue.Title, issue.Body, issue.Open, issue.StateReason, issue.User, issue.Created, issue.Updated, issue.Closed, issue.Labels,
        issue.Assignees, null));

    /// <summary>Every pull request is an issue too; <c>pull_request</c> tells them apart.</summary>
    public object Issue(GithubRepository repository, GithubPull pull) => Issue(repository, new Entry(
        pull.Id, pull.Number, pull.Title, pull.Body, pull.Open, null, pull.User, pull.Created, pull.Updated, pull.Closed, pull.Labels, pull.Assignees, pull));

    sealed record Entry(
        long Id, int Number, string Title, string? Body, bool Open, string? Reason, GithubUser? User, DateTimeOffset Created, DateTimeOffset Updated,
        DateTimeOffset? Closed, IEnumerable<string> Labels, IReadOnlyList<GithubUser> Assignees, GithubPull? Pull);

    Dictionary<string, object?> Issue(GithubRepository repository, Entry entry)
    {
        var (url, page) = ($"{Api(repository)}/issues/{entry.Number}", $"{Page(repository)}/{(entry.Pull is null ? "issues" : "pull")}/{entry.Number}");
        Dictionary<string, object?> shown = new()
        {
            ["url"] = url, ["repository_url"] = Api(repository), ["labels_url"] = $"{url}/labels{{/name}}", ["comments_url"] = $"{url}/comments",
            ["events_url"] = $"{url}/events", ["html_url"] = page, ["id"] = entry.Id,
            ["node_id"] = NodeId(entry.Pull is null ? "Issue" : "PullRequest", entry.Id),
            ["number"] = entry.Number, ["title"] = entry.Title, ["user"] = User(entry.User), ["labels"] = entry.Labels.Select(l => Label(repository, l)),
            ["state"] = entry.Open ? "open" : "closed", ["locked"] = false, ["assignee"] = User(entry.Assignees.Count > 0 ? entry.Assignees[0] : null),
            ["assignees"] = entry.Assignees.Select(User), ["milestone"] = null, ["comments"] = repository.Issues.Comments(entry.Number).Count,
            ["created_at"] = At(entry.Created), ["updated_at"] = At(entry.Updated), ["closed_at"] = At(entry.Closed), ["author_association"] = "MEMBER",
            ["active_lock_reason"] = null, ["body"] = entry.Body, ["closed_by"] = entry.Open ? null : User(GithubUser.Colleagues[0]),
            ["state_reason"] = entry.Reason,
            ["timeline_url"] = $"{url}/timeline", ["performed_via_github_app"] = null,
        };
        if (entry.Pull is { } pull)
        {
            shown["draft"] = pull.Draft;
            shown["pull_request"] = new
            {
                url = $"{Api(repository)}/pulls/{pull.Number}", html_url = page, diff_url = $"{page}.diff", patch_url = $"{page}.patch",
                merged_at = At(pull.Merged),
            };
        }

        return shown;
    }

    public object Comment(GithubRepository repository, GithubComment comment) => new
    {
        url = $"{Api(repository)}/issues/comments/{comment.Id}", html_url = $"{Page(repository)}/issues/{comment.Issue}#issuecomment-{comment.Id}",
        issue_url = $"{Api(repository)}/issues/{comment.Issue}", id = comment.Id, node_id = NodeId("IssueComment", comment.Id), user = User(comment.User),
        created_at = At(comment.Created), updated_at = At(comment.Updated), author_association = "MEMBER", body = comment.Body,
        performed_via_github_app = (object?)null,
    };

    public object Release(GithubRepository repository, GithubRelease release)
    {
        var url = $"{Api(repository)}/releases/{release.Id}";
        return new
        {
            url, assets_url = $"{url}/assets", upload_url = $"{url}/assets{{?name,label}}", html_url = $"{Page(repository)}/releases/tag/{release.TagName}",
            id = release.Id, author = User(release.Author), node_id = NodeId("Release", release.Id), tag_name = release.TagName,
            target_commitish = release.Target,
            name = release.Name, draft = release.Draft, prerelease = release.Prerelease, created_at = At(release.Created), published_at = At(release.Published),
            assets = Array.Empty<object>(), tarball_url = $"{Api(repository)}/tarball/{release.TagName}",
            zipball_url = $"{Api(repository)}/zipball/{release.TagName}",
            body = release.Body,
        };
    }

    public object Run(GithubRepository repository, GithubRun run)
    {
        var url = $"{Api(repository)}/actions/runs/{run.Id}";
        var commit = repository.Git.Resolve(run.HeadSha)!;
        return new
        {
            id = run.Id, name = run.Name, node_id = NodeId("WorkflowRun", run.Id), head_branch = run.HeadBranch, head_sha = run.HeadSha, path = run.Path,
            display_title = run.Title, run_number = run.Number, @event = run.Event, status = run.Status,
            conclusion = run.Status == "completed" ? run.Conclusion : null,
            workflow_id = 16_340_987, check_suite_id = run.Id + 1, url, html_url = $"{Page(repository)}/actions/runs/{run.Id}",
            pull_requests = Array.Empty<object>(),
            created_at = At(run.Created), updated_at = At(run.Updated), actor = User(run.Actor), run_attempt = run.Attempt, run_started_at = At(run.Created),
            triggering_actor = User(run.Actor), jobs_url = $"{url}/jobs", logs_url = $"{url}/logs",
            workflow_url = $"{Api(repository)}/actions/workflows/16340987",
            head_commit = new
            {
                id = commit.Sha, tree_id = commit.TreeSha, message = commit.Message, timestamp = At(commit.Committer.Date),
                author = new { name = commit.Author.Name, email = commit.Author.Email },
                committer = new { name = commit.Committer.Name, email = commit.Committer.Email },
            },
            repository = new { id = repository.Id, name = repository.Name, full_name = repository.FullName, @private = repository.Private, owner = User(repository.Owner) },
        };
    }
}
