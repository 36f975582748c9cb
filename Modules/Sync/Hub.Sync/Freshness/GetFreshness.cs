using Hub.Integrations.Contracts;
using Hub.SharedKernel.Access;
using Hub.SharedKernel.Data;
using Hub.SharedKernel.Problems;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hub.Sync.Freshness;

/// <summary>How old the data of each stream of an integration is: every stream that was read once, or is expected.</summary>
internal static class GetFreshness
{
    public static void Map(IEndpointRouteBuilder group) => group
        .MapGet("/{id:long}/freshness", async (long id, IMediator mediator, CancellationToken ct) => TypedResults.Ok(await mediator.Send(new Request(id), ct)))
        .RequireRole(Role.Viewer)
        .WithSummary("Read how old an integration's data is");

    public sealed record Request(long IntegrationId) : IRequest<Answer>;

    public sealed record Answer(long IntegrationId, IReadOnlyList<StreamFreshness> Streams);

    private sealed class Handler(Db db, Caller caller, IMediator mediator, TimeProvider time) : IRequestHandler<Request, Answer>
    {
        public async Task<Answer> Handle(Request request, CancellationToken cancellationToken)
        {
            var integration = await mediator.Send(new AskIntegration(request.IntegrationId, caller.ScopeId), cancellationToken)
                ?? throw NotFoundException.Of("integration", request.IntegrationId);
            var parameters = new { integration.Id, scope = caller.ScopeId, now = time.GetUtcNow() };
            return new Answer(integration.Id, await db.List<StreamFreshness>(Select, parameters, cancellationToken));
        }
    }

    private const string Select = $"""
        select {StreamFreshness.Columns}
        from {StreamFreshness.From}
        where f.integration_id = @id and f.scope_path @> array[@scope]::bigint[]
        order by f.stream
        """;
}
