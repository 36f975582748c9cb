using Hub.SharedKernel.Access;
using Hub.SharedKernel.Data;
using Hub.SharedKernel.Problems;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hub.Sync.Tickets;

/// <summary>How far the creation of a ticket is, for whoever was answered that nobody knew; kept for 30 days.</summary>
internal static class GetTicketCreation
{
    public static void Map(IEndpointRouteBuilder group) => group
        .MapGet("/creations/{id:guid}", async (Guid id, IMediator mediator, CancellationToken ct) => TypedResults.Ok(await mediator.Send(new Request(id), ct)))
        .RequireRole(Role.Viewer)
        .WithSummary("Read how far the creation of a ticket is");

    /// <param name="Id">As the problem named it.</param>
    /// <param name="IntegrationId">Through which integration.</param>
    /// <param name="State">pending, sending, unknown (it is looked for), created or refused.</param>
    /// <param name="Attempts">How many times it was sent; more than once only when it surely was not there.</param>
    /// <param name="Key">The third party's key once it is created.</param>
    /// <param name="TicketId">The ticket once it is stored here.</param>
    /// <param name="Error">Why it was refused, or will never be known.</param>
    /// <param name="NextAt">When the hub looks again; null once it is settled.</param>
    /// <param name="CreatedAt">When it was asked for.</param>
    /// <param name="UpdatedAt">When it last moved.</param>
    public sealed record Answer(
        Guid Id, long IntegrationId, CreationState State, int Attempts, string? Key, long? TicketId, Refusal? Error, DateTimeOffset? NextAt,
        DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt);

    /// <param name="Status">HTTP status that the request was or would be answered with.</param>
    /// <param name="Code">Stable and machine-readable.</param>
    /// <param name="Detail">For people.</param>
    public sealed record Refusal(int Status, string Code, string Detail);

    public sealed record Request(Guid Id) : IRequest<Answer>;

    private sealed class Handler(Db db, Caller caller) : IRequestHandler<Request, Answer>
    {
        public async Task<Answer> Handle(Request request, CancellationToken cancellationToken)
        {
            var it = await db.First<TicketCreation>(Select, new { request.Id, scope = caller.ScopeId }, cancellationToken)
                ?? throw NotFoundException.Of("creation", request.Id);
            var error = it.Failed is { } failed ? new Refusal(failed.Status, failed.Code, failed.Detail) : null;
            return new Answer(it.Id, it.IntegrationId, it.State, it.Attempts, it.Key, it.TicketId, error, it.NextAt, it.CreatedAt, it.UpdatedAt);
        }
    }

    private const string Select = $"""
        select {TicketCreation.Columns} from sync.ticket_creations where id = @id and scope_path @> array[@scope]::bigint[]
        """;
}
