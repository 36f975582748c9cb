using Hub.SharedKernel.Access;
using Hub.SharedKernel.Data;
using Hub.SharedKernel.Problems;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hub.Sync.Tickets;

/// <summary>One ticket of the caller's scope, deleted ones too.</summary>
internal static class GetTicket
{
    public static void Map(IEndpointRouteBuilder group) => group
        .MapGet("/{id:long}", async (long id, IMediator mediator, CancellationToken ct) => TypedResults.Ok(await mediator.Send(new Request(id), ct)))
        .RequireRole(Role.Viewer)
        .WithSummary("Read a ticket");

    public sealed record Request(long Id) : IRequest<Ticket>;

    private sealed class Handler(Db db, Caller caller) : IRequestHandler<Request, Ticket>
    {
        public async Task<Ticket> Handle(Request request, CancellationToken cancellationToken) =>
            await db.First<Ticket>(Select, new { request.Id, scope = caller.ScopeId }, cancellationToken)
            ?? throw NotFoundException.Of("ticket", request.Id);
    }

    private const string Select = $"""
        select {Ticket.Columns} from sync.tickets where id = @id and scope_path @> array[@scope]::bigint[]
        """;
}
