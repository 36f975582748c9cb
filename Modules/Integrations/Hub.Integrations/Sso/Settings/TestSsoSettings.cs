using FluentValidation;
using Hub.Integrations.ConnectionTests;
using Hub.SharedKernel.Access;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hub.Integrations.Sso.Settings;

/// <summary>Tests the sign-in of exactly this scope and counts the result for its health. A failed test is an answer, not an error.</summary>
internal static class TestSsoSettings
{
    public static void Map(IEndpointRouteBuilder group) => group
        .MapPost("/test", async (Request request, IMediator mediator, CancellationToken ct) => TypedResults.Ok(await mediator.Send(request, ct)))
        .RequireRole(Role.Manager)
        .ProducesProblem(StatusCodes.Status404NotFound)
        .WithSummary("Test a scope's single sign-on");

    /// <param name="ScopeId">Whose settings.</param>
    public sealed record Request(long ScopeId) : IRequest<TestResult>;

    private sealed class Rules : AbstractValidator<Request>
    {
        public Rules() => RuleFor(r => r.ScopeId).GreaterThan(0).WithMessage("is required");
    }

    private sealed class Handler(SsoScope scope, StoredTest test) : IRequestHandler<Request, TestResult>
    {
        public async Task<TestResult> Handle(Request request, CancellationToken cancellationToken)
        {
            var (own, _) = await scope.Require(request.ScopeId, cancellationToken);
            return await test.Run(own.Id, cancellationToken);
        }
    }
}
