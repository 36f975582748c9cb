using FluentValidation;
using Hub.SharedKernel.Access;
using Hub.SharedKernel.Data;
using Hub.SharedKernel.Paging;
using Hub.Sync.Github.Links;
using Hub.Sync.Github.Reading;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hub.Sync.Github.Pulls;

/// <summary>The pull requests of a project's repository, the last changed first; all of them unless a state is asked for.</summary>
internal static class ListPulls
{
    public static void Map(IEndpointRouteBuilder group) => group
        .MapGet("/{id:long}/github-pulls", async (
            long id, string? state, string? repository, int? limit, string? cursor, IMediator mediator, CancellationToken ct) =>
            TypedResults.Ok(await mediator.Send(new Request(id, state, repository, PageRequest.Read(limit, cursor, id, state, repository)), ct)))
        .RequireRole(Role.Viewer)
        .WithSummary("List the pull requests of a project's repository");

    /// <param name="ProjectId">The project.</param>
    /// <param name="State">open, closed, merged or all.</param>
    /// <param name="Repository">Its full name, where the integration tells of several; the first one by default.</param>
    /// <param name="Page">Which page.</param>
    public sealed record Request(long ProjectId, string? State, string? Repository, PageRequest Page) : IRequest<Page<Pull>>;

    private sealed class Rules : AbstractValidator<Request>
    {
        public Rules() => RuleFor(r => r.State).Must(state => state is null or "open" or "closed" or "merged" or "all")
            .WithMessage("must be open, closed, merged or all");
    }

    private sealed class Handler(Db db, Caller caller, IMediator mediator) : IRequestHandler<Request, Page<Pull>>
    {
        public async Task<Page<Pull>> Handle(Request request, CancellationToken cancellationToken)
        {
            var before = TimeCursor.Before(request.Page);
            var integrationId = await mediator.RequireRepository(request.ProjectId, caller, cancellationToken);
            var rows = await db.List<Pull>(Select, new
            {
                scope = caller.ScopeId, integrationId, request.Repository, state = request.State is "all" ? null : request.State,
                before = before?.At, beforeId = before?.Id ?? 0,
                fetch = request.Page.Fetch,
            }, cancellationToken);
            return request.Page.Page(rows, row => new TimeCursor(row.UpdatedAt, row.Id));
        }
    }

    private const string Select = $"""
        select {Pull.Columns}
        from sync.pull_requests r
        {LinkedRow.Join}
        where {ProjectRepository.Named}
          and r.deleted_at is null
          and (@state::text is null or r.state = @state)
          and (@before::timestamptz is null or (r.remote_updated_at, r.id) < (@before, @beforeId))
        order by r.remote_updated_at desc, r.id desc
        limit @fetch
        """;
}
