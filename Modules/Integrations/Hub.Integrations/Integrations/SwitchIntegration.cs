using FluentValidation;
using Hub.SharedKernel.Access;
using Hub.SharedKernel.Data;
using Hub.SharedKernel.Http;
using Hub.SharedKernel.Problems;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hub.Integrations.Integrations;

/// <summary>Switches an integration on or off; its status follows. On only when nothing required is missing.</summary>
internal static class SwitchIntegration
{
    public static void Map(IEndpointRouteBuilder group) => group
        .MapPatch("/{id:long}/status", async (long id, Body body, IfMatch ifMatch, IMediator mediator, CancellationToken ct) =>
            TypedResults.Ok(await mediator.Send(new Request(id, body, ifMatch), ct)))
        .RequireRole(Role.Manager)
        .ProducesProblem(StatusCodes.Status409Conflict)
        .ProducesProblem(StatusCodes.Status412PreconditionFailed)
        .WithSummary("Switch an integration on or off");

    /// <param name="Enabled">What it shall be.</param>
    public sealed record Body(bool? Enabled);

    public sealed record Request(long Id, Body Body, IfMatch IfMatch) : IRequest<IntegrationAnswer>;

    private sealed class Rules : AbstractValidator<Request>
    {
        public Rules() => RuleFor(r => r.Body.Enabled).NotNull().WithMessage("must be true or false");
    }

    private sealed class Handler(
        Db db, Caller caller, IntegrationStore store, IntegrationTypes types, EffectiveConfigurations configurations, IntegrationChanges changes, IntegrationView view)
        : IRequestHandler<Request, IntegrationAnswer>
    {
        public async Task<IntegrationAnswer> Handle(Request request, CancellationToken cancellationToken)
        {
            var enabled = request.Body.Enabled!.Value;
            await using var tx = await db.Begin(cancellationToken);
            var row = await store.Lock(request.Id, caller.ScopeId, cancellationToken);
            request.IfMatch.Require(row.Version);
            var schema = await types.Of(row, cancellationToken);
            var missing = await configurations.Missing(row, schema, cancellationToken);
            if (enabled && missing.Count > 0)
                throw Incomplete(missing);
            var saved = await changes.Change(row, schema, WantedIntegration.Same(row) with { Enabled = enabled }, cancellationToken);
            await tx.Commit(cancellationToken);
            return view.Of(saved, schema);
        }

        private static ConflictException Incomplete(IReadOnlyList<string> missing) =>
            new("missing_fields", $"It cannot be switched on before these fields are set: {string.Join(", ", missing)}.")
            {
                Extensions = new Dictionary<string, object?>
                {
                    ["missing_fields"] = missing,
                    ["errors"] = Configuration.MissingErrors(missing),
                },
            };
    }
}
