using Hub.SharedKernel.Access;
using Hub.SharedKernel.Data;
using Hub.SharedKernel.Paging;
using Hub.Sync.Github.Links;
using Hub.Sync.Github.Reading;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hub.Sync.Github.Branches;

/// <summary>The branches of a project's repository by name.</summary>
internal static class ListBranches
{
    public static void Map(IEndpointRouteBuilder group) => group
        .MapGet("/{id:long}/github-branches", async (long id, int? limit, string? cursor, IMediator mediator, CancellationToken ct) =>
            TypedResults.Ok(await mediator.Send(new Request(id, PageRequest.Read(limit, cursor, id)), ct)))
        .RequireRole(Role.Viewer)
        .WithSummary("List the branches of a project's repository");

    public sealed record Request(long ProjectId, PageRequest Page) : IRequest<Page<Branch>>;

    private sealed class Handler(Db db, Caller caller, IMediator mediator) : IRequestHandler<Request, Page<Branch>>
    {
        public async Task<Page<Branch>> Handle(Request request, CancellationToken cancellationToken)
        {
            var integrationId = await mediator.RequireGithub(request.ProjectId, caller, cancellationToken);
            var rows = await db.List<Branch>(
                Select, new { scope = caller.ScopeId, integrationId, after = request.Page.After, fetch = request.Page.Fetch }, cancellationToken);
            return request.Page.Page(rows, row => row.Name);
        }
    }

    // In the order of bytes, which is the same wherever the database runs.
    private const string Select = $"""
        select {Branch.Columns}
        from sync.repository_branches r
        {Branch.Around}
        {LinkedRow.Join}
        where {ProjectRepository.Current}
          and r.deleted_at is null
          and (@after::text is null or r.name collate "C" > @after)
        order by r.name collate "C"
        limit @fetch
        """;
}
