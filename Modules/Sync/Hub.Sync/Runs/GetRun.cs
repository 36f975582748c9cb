using Hub.SharedKernel.Access;
using Hub.SharedKernel.Data;
using Hub.SharedKernel.Problems;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hub.Sync.Runs;

/// <summary>One run of the caller's scope, as it is now.</summary>
internal static class GetRun
{
    public static void Map(IEndpointRouteBuilder group) => group
        .MapGet("/{id:guid}", async (Guid id, IMediator mediator, CancellationToken ct) => TypedResults.Ok(await mediator.Send(new Request(id), ct)))
        .RequireRole(Role.Viewer)
        .WithSummary("Read a sync run");

    public sealed record Request(Guid Id) : IRequest<SyncRun>;

    private sealed class Handler(Db db, Caller caller) : IRequestHandler<Request, SyncRun>
    {
        public async Task<SyncRun> Handle(Request request, CancellationToken cancellationToken) =>
            await db.First<SyncRun>(Select, new { request.Id, scope = caller.ScopeId }, cancellationToken)
            ?? throw NotFoundException.Of("sync run", request.Id);
    }

    private const string Select = $"""
        select {SyncRun.Columns} from sync.runs where id = @id and scope_path @> array[@scope]::bigint[]
        """;
}
