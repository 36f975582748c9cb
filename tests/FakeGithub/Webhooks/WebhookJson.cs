using System.Text.Json;
using System.Text.Json.Nodes;

namespace Hub.FakeGithub;

/// <summary>The bodies of webhooks, as they were when the event happened.</summary>
sealed class WebhookJson(FakeGithubServer github)
{
    const string Zero = "0000000000000000000000000000000000000000";

    readonly GithubView view = new(github);

    public byte[] Ping(GithubRepository repository, GithubHook hook) => Write(repository, GithubUser.Colleagues[0], new()
    {
        ["zen"] = "Anything added dilutes everything else.", ["hook_id"] = hook.Id, ["hook"] = view.Hook(repository, hook),
    });

    public byte[] Of(GithubEvent happened)
    {
        var repository = happened.Repository;
        Dictionary<string, object?> body = [];
        if (happened.Action is not null) body["action"] = happened.Action;
        switch (happened.Name)
        {
            case "push":
                Push(body, happened);
                break;
            case "create":
                (body["ref"], body["ref_type"], body["pusher_type"]) = (happened.Ref, happened.RefType, "user");
                (body["master_branch"], body["description"]) = (repository.DefaultBranch, repository.Description);
                break;
            case "delete":
                (body["ref"], body["ref_type"], body["pusher_type"]) = (happened.Ref, happened.RefType, "user");
                break;
            default:
                About(body, happened);
                break;
        }

        if (happened.Changes is not null) body["changes"] = happened.Changes;
        return Write(repository, happened.Actor, body, inSeconds: happened.Name == "push");
    }

    void About(Dictionary<string, object?> body, GithubEvent happened)
    {
        var repository = happened.Repository;
        if (happened.Pull is { } pull)
        {
            if (happened.Name == "issue_comment") body["issue"] = view.Issue(repository, pull);
            else body["pull_request"] = happened.Review is null ? view.WholePull(repository, pull, null) : view.Pull(repository, pull);
            if (happened.Name == "pull_request") body["number"] = pull.Number;
        }

        if (happened.Issue is { } issue) body["issue"] = view.Issue(repository, issue);
        if (happened.Comment is { } comment) body["comment"] = view.Comment(repository, comment);
        if (happened.Review is { } review) body["review"] = view.Review(repository, review with { State = review.State.ToLowerInvariant() });
        if (happened.Release is { } release) body["release"] = view.Release(repository, release);
        if (happened.Run is { } run)
        {
            body["workflow_run"] = view.Run(repository, run);
            body["workflow"] = new { id = 16_340_987, name = run.Name, path = run.Path, state = "active" };
        }

        if (happened.Before is not null) (body["before"], body["after"]) = (happened.Before, happened.After);
    }

    void Push(Dictionary<string, object?> body, GithubEvent happened)
    {
        var graph = happened.Repository.Git.Graph;
        var (before, after) = (happened.Before is null ? null : graph.Find(happened.Before), happened.After is null ? null : graph.Find(happened.After));
        var compared = before is not null && after is not null ? graph.Compare(before, after) : null;
        // A push that makes a branch brings what the default branch has not.
        var known = before is null && happened.Repository.Git.Branch(happened.Repository.DefaultBranch) is { } main && main.Sha != after?.Sha
            ? graph.Find(main.Sha) : null;
        var commits = compared?.Ahead ?? (after is null ? [] : known is null ? [after] : graph.Compare(known, after)?.Ahead ?? []);
        body["ref"] = happened.Ref;
        body["before"] = happened.Before ?? Zero;
        body["after"] = happened.After ?? Zero;
        body["created"] = before is null;
        body["deleted"] = after is null;
        body["forced"] = compared?.Behind > 0 || (before is not null && after is not null && compared is null);
        body["base_ref"] = null;
        body["compare"] = $"https://github.com/{happened.Repository.FullName}/compare/{(happened.Before ?? Zero)[..12]}...{(happened.After ?? Zero)[..12]}";
        body["commits"] = commits.TakeLast(2048).Select(c => Pushed(happened.Repository, c));
        body["head_commit"] = after is null ? null : Pushed(happened.Repository, after);
        body["pusher"] = new { name = happened.Actor.Login, email = happened.Actor.Email };
    }

    static object Pushed(GithubRepository repository, GithubCommit commit) => new
    {
        id = commit.Sha, tree_id = commit.TreeSha, distinct = true, message = commit.Message,
        // The zone of the author is kept here, unlike in the API.
        timestamp = commit.Author.Date.ToString("yyyy-MM-ddTHH:mm:sszzz", System.Globalization.CultureInfo.InvariantCulture),
        url = $"https://github.com/{repository.FullName}/commit/{commit.Sha}", author = Person(commit.Author, commit.AuthorUser),
        committer = Person(commit.Committer, commit.CommitterUser),
        added = commit.Changes.Where(c => c.Status == "added").Select(c => c.Path),
        removed = commit.Changes.Where(c => c.Status == "removed").Select(c => c.Path),
        modified = commit.Changes.Where(c => c.Status is "modified" or "renamed").Select(c => c.Path),
    };

    static object Person(GitIdentity identity, GithubUser? user) => user is null
        ? new { name = identity.Name, email = identity.Email }
        : new { name = identity.Name, email = identity.Email, username = user.Login };

    byte[] Write(GithubRepository repository, GithubUser actor, Dictionary<string, object?> body, bool inSeconds = false)
    {
        body["repository"] = inSeconds ? InSeconds(repository) : view.Repository(repository);
        body["organization"] = new { login = repository.Owner.Login, id = repository.Owner.Id, node_id = GithubView.NodeId("Organization", repository.Owner.Id) };
        body["sender"] = view.User(actor);
        return JsonSerializer.SerializeToUtf8Bytes(body, AnswerWriter.Options);
    }

    // A push shows these two as epoch seconds, and the page as the address.
    JsonNode InSeconds(GithubRepository repository)
    {
        var shown = JsonSerializer.SerializeToNode(view.Repository(repository), AnswerWriter.Options)!;
        shown["created_at"] = repository.Created.ToUnixTimeSeconds();
        shown["pushed_at"] = repository.Pushed.ToUnixTimeSeconds();
        shown["url"] = shown["html_url"]!.GetValue<string>();
        shown["master_branch"] = repository.DefaultBranch;
        return shown;
    }
}
