using Hub.SharedKernel.Access;
using Hub.SharedKernel.Data;
using Hub.SharedKernel.Paging;
using Hub.Sync.Github.Reading;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hub.Sync.Github.Releases;

/// <summary>The releases of a project's repository, the last published first; drafts, where the credential sees them, by when they were made.</summary>
internal static class ListReleases
{
    public static void Map(IEndpointRouteBuilder group) => group
        .MapGet("/{id:long}/github-releases", async (long id, int? limit, string? cursor, IMediator mediator, CancellationToken ct) =>
            TypedResults.Ok(await mediator.Send(new Request(id, PageRequest.Read(limit, cursor, id)), ct)))
        .RequireRole(Role.Viewer)
        .WithSummary("List the releases of a project's repository");

    /// <param name="Target">Branch or commit that the tag is made from.</param>
    /// <param name="PublishedAt">Null for drafts.</param>
    public sealed record Answer(
        long Id, string Tag, string? Name, string? Body, bool Draft, bool Prerelease, string? Target, string? Author, DateTimeOffset CreatedAt,
        DateTimeOffset? PublishedAt, string? Url);

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
            return request.Page.Page(rows, row => new TimeCursor(row.PublishedAt ?? row.CreatedAt, row.Id));
        }
    }

    private const string Select = $"""
        select r.id, r.tag, r.name, r.body, r.draft, r.prerelease, r.target, r.author, coalesce(r.remote_created_at, r.created_at) as created_at, r.published_at,
            r.html_url as url
        from sync.releases r
        where {ProjectRepository.Current}
          and r.deleted_at is null
          and (@before::timestamptz is null or (coalesce(r.published_at, r.remote_created_at, r.created_at), r.id) < (@before, @beforeId))
        order by coalesce(r.published_at, r.remote_created_at, r.created_at) desc, r.id desc
        limit @fetch
        """;
}
