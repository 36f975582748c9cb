using Hub.SharedKernel.Access;
using Hub.SharedKernel.Data;
using Hub.SharedKernel.Paging;
using Hub.Sync.Github.Reading;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hub.Sync.Github.WorkflowRuns;

/// <summary>The workflow runs of a project's repository, the last created first.</summary>
internal static class ListWorkflowRuns
{
    public static void Map(IEndpointRouteBuilder group) => group
        .MapGet("/{id:long}/github-workflow-runs", async (long id, int? limit, string? cursor, IMediator mediator, CancellationToken ct) =>
            TypedResults.Ok(await mediator.Send(new Request(id, PageRequest.Read(limit, cursor, id)), ct)))
        .RequireRole(Role.Viewer)
        .WithSummary("List the workflow runs of a project's repository");

    /// <param name="Name">Of the workflow.</param>
    /// <param name="Title">What the run is about, such as the commit's message.</param>
    /// <param name="Event">What started it, such as push.</param>
    /// <param name="Status">queued, in_progress, completed...</param>
    /// <param name="Conclusion">success, failure, cancelled...; null until it is completed.</param>
    /// <param name="Attempt">From 1; it goes up when the run is started again.</param>
    /// <param name="StartedAt">Of the last attempt.</param>
    /// <param name="DurationMs">Of the last attempt, in milliseconds; null until it is completed.</param>
    public sealed record Answer(
        long Id, string? Name, string? Title, string Event, string Status, string? Conclusion, string? HeadBranch, string HeadSha, int RunNumber, int Attempt,
        string? Actor, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt, DateTimeOffset? StartedAt, long? DurationMs, string? Url);

    public sealed record Request(long ProjectId, PageRequest Page) : IRequest<Page<Answer>>;

    private sealed class Handler(Db db, Caller caller, IMediator mediator) : IRequestHandler<Request, Page<Answer>>
    {
        public async Task<Page<Answer>> Handle(Request request, CancellationToken cancellationToken)
        {
            var before = TimeCursor.Before(request.Page);
            var integrationId = await mediator.RequireGithub(request.ProjectId, caller, cancellationToken);
            var rows = await db.List<Answer>(Select, new
            {
                scope = caller.ScopeId, integrationId, before = before?.At, beforeId = before?.Id ?? 0, fetch = request.Page.Fetch,
            }, cancellationToken);
            return request.Page.Page(rows, row => new TimeCursor(row.CreatedAt, row.Id));
        }
    }

    private const string Select = $"""
        select r.id, r.name, r.title, r.event, r.status, r.conclusion, r.head_branch, r.head_sha, r.run_number, r.attempt, r.actor,
            r.remote_created_at as created_at, r.remote_updated_at as updated_at, r.started_at, r.duration_ms, r.html_url as url
        from sync.workflow_runs r
        where {ProjectRepository.Current}
          and (@before::timestamptz is null or (r.remote_created_at, r.id) < (@before, @beforeId))
        order by r.remote_created_at desc, r.id desc
        limit @fetch
        """;
}
