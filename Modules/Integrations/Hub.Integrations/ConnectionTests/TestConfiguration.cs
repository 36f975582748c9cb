using System.Text.Json;
using FluentValidation;
using Hub.Integrations.Integrations;
using Hub.Integrations.ScopeConfig;
using Hub.Integrations.Secrets;
using Hub.SharedKernel.Access;
using Hub.SharedKernel.Data;
using Hub.SharedKernel.Problems;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hub.Integrations.ConnectionTests;

/// <summary>Tests a configuration before it is stored. Nothing is saved; missing fields fail the step <c>config</c>, wrong ones are refused.</summary>
internal static class TestConfiguration
{
    public static void Map(IEndpointRouteBuilder group) => group
        .MapPost("/test", async (Request request, IMediator mediator, CancellationToken ct) => TypedResults.Ok(await mediator.Send(request, ct)))
        .RequireRole(Role.Manager)
        .ProducesProblem(StatusCodes.Status409Conflict)
        .WithSummary("Test a connection without storing it");

    /// <param name="ScopeId">Where it would belong.</param>
    /// <param name="IntegrationType">Id or alias of a type in the catalogue.</param>
    /// <param name="Configuration">Values by field, secrets in plain text.</param>
    public sealed record Request(long ScopeId, string IntegrationType, IReadOnlyDictionary<string, JsonElement>? Configuration = null) : IRequest<TestResult>
    {
        public override string ToString() => $"Test {IntegrationType} for scope {ScopeId}";
    }

    private sealed class Rules : AbstractValidator<Request>
    {
        public Rules()
        {
            RuleFor(r => r.ScopeId).GreaterThan(0).WithMessage("is required");
            RuleFor(r => r.IntegrationType).NotEmpty().WithMessage("is required");
        }
    }

    private sealed class Handler(Db db, Caller caller, IntegrationTypes types, EffectiveConfigurations configurations, ConfigLevels levels, DraftDestinations destinations,
        ConnectionTester tester) : IRequestHandler<Request, TestResult>
    {
        public async Task<TestResult> Handle(Request request, CancellationToken cancellationToken)
        {
            var path = await db.First<long[]>(SelectScope, new { request.ScopeId, caller = caller.ScopeId }, cancellationToken)
                ?? throw NotFoundException.Of("scope", request.ScopeId);
            var schema = await types.Named(request.IntegrationType, cancellationToken);
            tester.RequireTestable(schema);
            var draft = Configuration.Draft(
                schema, await levels.Inherited(path, schema.Id, StoredConfiguration.Empty, cancellationToken), request.Configuration ?? new Dictionary<string, JsonElement>(), replace: true, environment: false).ThrowIfInvalid();
            await destinations.Require(schema, path, null, draft, cancellationToken);
            var outcome = await tester.Run(
                await configurations.Of(schema, path, draft.Values, new OpenedSecrets(draft.NewSecrets, []), cancellationToken), cancellationToken);
            return outcome.Result;
        }
    }

    private const string SelectScope = "select path from integrations.scopes where id = @scopeId and path @> array[@caller]::bigint[]";
}
