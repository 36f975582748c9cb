using Hub.SharedKernel.Access;
using Hub.SharedKernel.Data;
using Hub.SharedKernel.Paging;
using Hub.Sync.Github.Links;
using Hub.Sync.Github.Reading;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hub.Sync.Github.Commits;

/// <summary>The commits of all branches of a project's repository, the last committed first.</summary>
internal static class ListCommits
{
    public static void Map(IEndpointRouteBuilder group) => group
        .MapGet("/{id:long}/github-commits", async (
            long id, DateTimeOffset? since, string? repository, int? limit, string? cursor, IMediator mediator, CancellationToken ct) =>
            TypedResults.Ok(await mediator.Send(
                new Request(id, since, repository, PageRequest.Read(limit, cursor, id, since?.UtcTicks, repository)), ct)))
        .RequireRole(Role.Viewer)
        .WithSummary("List the commits of a project's repository");

    /// <param name="ProjectId">The project.</param>
    /// <param name="Since">Committed at this time or later.</param>
    /// <param name="Repository">Its full name, where the integration tells of several; the first one by default.</param>
    /// <param name="Page">Which page.</param>
    public sealed record Request(long ProjectId, DateTimeOffset? Since, string? Repository, PageRequest Page) : IRequest<Page<Commit>>;

    private sealed class Handler(Db db, Caller caller, IMediator mediator) : IRequestHandler<Request, Page<Commit>>
    {
        public async Task<Page<Commit>> Handle(Request request, CancellationToken cancellationToken)
        {
            var before = TimeCursor.Before(request.Page);
            var integrationId = await mediator.RequireRepository(request.ProjectId, caller, cancellationToken);
            var rows = await db.List<Commit>(Select, new
            {
                scope = caller.ScopeId, integrationId, request.Since, request.Repository, before = before?.At,
                beforeId = before?.Id ?? 0, fetch = request.Page.Fetch,
            }, cancellationToken);
            return request.Page.Page(rows, row => new TimeCursor(row.CommittedAt, row.Id));
        }
    }

    private const string Select = $"""
        select {Commit.Columns}
        from sync.commits r
        {LinkedRow.Join}
        where {ProjectRepository.Named}
          and (@since::timestamptz is null or r.committed_at >= @since)
          and (@before::timestamptz is null or (r.committed_at, r.id) < (@before, @beforeId))
        order by r.committed_at desc, r.id desc
        limit @fetch
        """;
}
