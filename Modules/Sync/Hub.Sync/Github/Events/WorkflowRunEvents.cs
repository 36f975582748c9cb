using Hub.SharedKernel.Data;
using Hub.Sync.Github.Streams;
using Hub.Sync.Github.WorkflowRuns;
using Hub.Sync.Providers;

namespace Hub.Sync.Github.Events;

/// <summary>Runs of workflows as events show them.</summary>
internal sealed class WorkflowRunEvents(Db db, RowWriter writer)
{
    public async Task<GithubEffect?> Apply(GithubTold told, CancellationToken ct)
    {
        if (WorkflowRunRow.Read(told.Payload.At("workflow_run")) is not { } row)
            return null;
        var repo = told.Repo;
        var held = await db.First<Held>(Hold, new { repo.IntegrationId, repo.RepositoryId, row.ExternalId }, ct);
        var standing = NewerWins.Of(
            held is null ? null : (held.RemoteUpdatedAt, NewerWins.StageOfRun(held.Status, held.Attempt)), row.RemoteUpdatedAt,
            NewerWins.StageOfRun(row.Status, row.Attempt));
        if (standing is Standing.Older)
            return new GithubEffect($"workflow run {row.Key} stale: kept newer state");
        var outcome = await writer.Write(WorkflowRunTable.Rows, repo, [row], ct);
        return new GithubEffect($"workflow run {row.Key} {(outcome.Changes.Count == 0 ? "unchanged" : outcome.Created > 0 ? "created" : "updated")}");
    }

    private sealed record Held(DateTimeOffset RemoteUpdatedAt, string Status, int Attempt);

    private const string Hold = """
        select remote_updated_at, status, attempt from sync.workflow_runs
        where integration_id = @integrationId and repository_id = @repositoryId and external_id = @externalId
        for no key update
        """;
}
