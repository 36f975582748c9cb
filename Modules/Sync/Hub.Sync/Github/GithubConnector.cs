using Hub.Integrations.Contracts;
using Hub.Sync.Connectors;
using Hub.Sync.Github.Api;
using Hub.Sync.Github.Branches;
using Hub.Sync.Github.Commits;
using Hub.Sync.Github.Issues;
using Hub.Sync.Github.Pulls;
using Hub.Sync.Github.Releases;
using Hub.Sync.Github.Repository;
using Hub.Sync.Github.Streams;
using Hub.Sync.Github.Tags;
using Hub.Sync.Github.Tree;
using Hub.Sync.Github.WorkflowRuns;
using Hub.Sync.Runs;
using Microsoft.Extensions.DependencyInjection;

namespace Hub.Sync.Github;

/// <summary>One repository of GitHub or GitHub Enterprise, by a token or by an app's installation.</summary>
internal abstract class GithubConnector(GithubGateway gateway, IServiceScopeFactory scopes, SyncOptions options) : IConnector
{
    // The repository first, because all others belong to it; branches before what hangs on them.
    private static readonly string[] All =
    [
        RepositoryStream.StreamName, BranchesStream.StreamName, CommitsStream.StreamName, CommitFilesStream.StreamName, PullsStream.StreamName,
        ReviewsStream.StreamName, IssuesStream.StreamName, ReleasesStream.StreamName, TagsStream.StreamName,
        WorkflowRunsStream.StreamName, TreeStream.StreamName,
    ];

    public abstract string IntegrationType { get; }

    public IReadOnlyList<string> Streams(Connection connection) => All;

    public IStream Open(string stream, StreamContext context)
    {
        var session = new GithubSession(context, gateway, scopes);
        return stream switch
        {
            RepositoryStream.StreamName => new RepositoryStream(session),
            BranchesStream.StreamName => new BranchesStream(session),
            CommitsStream.StreamName => new CommitsStream(session),
            CommitFilesStream.StreamName => new CommitFilesStream(session),
            PullsStream.StreamName => new PullsStream(session),
            ReviewsStream.StreamName => new ReviewsStream(session),
            IssuesStream.StreamName => new IssuesStream(session, options),
            ReleasesStream.StreamName => new ReleasesStream(session),
            TagsStream.StreamName => new TagsStream(session),
            WorkflowRunsStream.StreamName => new WorkflowRunsStream(session),
            TreeStream.StreamName => new TreeStream(session),
            _ => throw new ArgumentOutOfRangeException(nameof(stream), stream, "GitHub has no such stream."),
        };
    }
}

/// <summary>With a token.</summary>
internal sealed class GithubTokenConnector(GithubGateway gateway, IServiceScopeFactory scopes, SyncOptions options)
    : GithubConnector(gateway, scopes, options)
{
    public override string IntegrationType => "github_repos";
}

/// <summary>With an app's installation.</summary>
internal sealed class GithubAppConnector(GithubGateway gateway, IServiceScopeFactory scopes, SyncOptions options)
    : GithubConnector(gateway, scopes, options)
{
    public override string IntegrationType => "github_app";
}
