using Hub.SharedKernel.Data;
using Hub.Sync.Github.Streams;
using Hub.Sync.Providers;
using Hub.Sync.Runs;
using Hub.Webhooks.Contracts;
using MediatR;

namespace Hub.Sync.Github.Events;

/// <summary>
/// Applies what GitHub tells of a synchronised repository. What the event shows whole is stored at once and costs no call; for the rest a run reads, one
/// however many events come. In any case a run follows some time later, for what events do not show.
/// </summary>
internal sealed class ApplyGithubWebhook(
    Db db, PullEvents pulls, IssueEvents issues, ReleaseEvents releases, WorkflowRunEvents runs, RepositoryEvents repositories, WantedReads reads)
    : INotificationHandler<WebhookReceived>
{
    public async Task Handle(WebhookReceived notification, CancellationToken cancellationToken)
    {
        if (notification.IntegrationType is not ("github_repos" or "github_app")
            || !long.TryParse(notification.Payload.Text("repository", "id"), out var repositoryId)
            || await Find(notification, repositoryId, cancellationToken) is not { } repo
            || await Apply(new GithubTold(notification, repo), cancellationToken) is not { } done)
            return;
        notification.Effects.Add(done.Effect);
        var reason = $"webhook: {notification.EventType.Split('.')[0]}";
        await reads.Want(notification.IntegrationId, notification.ScopePath, reason, later: done.Read is GithubRead.Later, cancellationToken);
    }

    private Task<GithubEffect?> Apply(GithubTold told, CancellationToken ct) => told.Name switch
    {
        "pull_request" or "pull_request_review_comment" => pulls.Apply(told, ct),
        "pull_request_review" => pulls.ApplyReview(told, ct),
        "issues" or "issue_comment" => issues.Apply(told, ct),
        "release" => releases.Apply(told, ct),
        "workflow_run" => runs.Apply(told, ct),
        "repository" => repositories.Apply(told, ct),
        // A push tells neither parents of commits nor all of many; branches and tags have no time by which the last word could be told.
        "push" or "create" or "delete" => Task.FromResult<GithubEffect?>(new GithubEffect("an incremental run reads what it tells", GithubRead.Now)),
        _ => Task.FromResult<GithubEffect?>(null),
    };

    // An app's installation tells of all its repositories; of what was never synchronised nothing is kept up.
    private Task<Repo?> Find(WebhookReceived told, long repositoryId, CancellationToken ct) =>
        db.First<Repo>(SelectRepo, new { told.IntegrationId, repositoryId }, ct);

    private const string SelectRepo = $"""
        {Repo.Select}
          and r.repository_id = @repositoryId
        """;
}
