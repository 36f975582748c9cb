using Hub.Integrations.Contracts;
using Hub.SharedKernel.Data;
using MediatR;

namespace Hub.Sync.Github;

/// <summary>
/// With an integration goes what was synchronised from its repository. Its runs are held first: a page that is being written holds its run, so that nothing
/// can appear after the rest is gone.
/// </summary>
internal sealed class ForgetGithubOfDeletedIntegration(Db db) : INotificationHandler<IntegrationChanged>
{
    public async Task Handle(IntegrationChanged notification, CancellationToken cancellationToken)
    {
        if (notification.Change is IntegrationChange.Deleted)
            await db.Execute(Forget, new { integrationId = notification.Integration.Id }, cancellationToken);
    }

    private const string Forget = """
        select id from sync.runs where integration_id = @integrationId for update;
        delete from sync.repositories where integration_id = @integrationId;
        delete from sync.repository_branches where integration_id = @integrationId;
        delete from sync.commits where integration_id = @integrationId;
        delete from sync.pull_requests where integration_id = @integrationId;
        delete from sync.pull_request_reviews where integration_id = @integrationId;
        delete from sync.releases where integration_id = @integrationId;
        delete from sync.repository_tags where integration_id = @integrationId;
        delete from sync.workflow_runs where integration_id = @integrationId;
        delete from sync.tree_entries where integration_id = @integrationId;
        delete from sync.wanted_reads where integration_id = @integrationId;
        delete from sync.http_cache where integration_id = @integrationId;
        delete from sync.github_states where integration_id = @integrationId;
        """;
}
