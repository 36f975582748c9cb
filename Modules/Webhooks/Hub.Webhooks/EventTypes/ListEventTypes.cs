using Hub.SharedKernel.Access;
using Hub.SharedKernel.Data;
using Hub.SharedKernel.Paging;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hub.Webhooks.EventTypes;

/// <summary>The hub's own event types on the first page, then those registered at scopes that the caller sees or that hold for its own.</summary>
internal static class ListEventTypes
{
    public static void Map(IEndpointRouteBuilder group) => group
        .MapGet("", async (bool? archived, int? limit, string? cursor, IMediator mediator, CancellationToken ct) =>
            TypedResults.Ok(await mediator.Send(new Request(archived ?? false, PageRequest.Read(limit, cursor, archived)), ct)))
        .RequireRole(Role.Viewer)
        .WithSummary("List event types")
        .WithDescription("limit counts registered types. archived=true shows those that are archived instead.");

    public sealed record Request(bool Archived, PageRequest Page) : IRequest<Page<EventTypeAnswer>>;

    private sealed class Handler(Db db, Caller caller) : IRequestHandler<Request, Page<EventTypeAnswer>>
    {
        public async Task<Page<EventTypeAnswer>> Handle(Request request, CancellationToken cancellationToken)
        {
            var own = request.Page.Page(await db.List<EventTypeRow>(Select, new
            {
                caller = caller.ScopeId,
                above = caller.ScopePath,
                request.Archived,
                after = request.Page.AfterId,
                fetch = request.Page.Fetch,
            }, cancellationToken), row => row.Id);
            var hubs = request is { Archived: false, Page.After: null } ? EventTypeAnswer.OfTheHub : [];
            return new Page<EventTypeAnswer>([.. hubs, .. own.Items.Select(EventTypeAnswer.Of)], own.NextCursor);
        }
    }

    private const string Select = $"""
        select {EventTypeRow.Columns} from webhooks.event_types
        where (scope_path @> array[@caller]::bigint[] or scope_id = any(@above)) and archived = @archived and (@after::bigint is null or id > @after)
        order by id
        limit @fetch
        """;
}
