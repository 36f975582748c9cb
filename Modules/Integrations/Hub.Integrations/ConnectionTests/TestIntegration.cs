using Hub.SharedKernel.Access;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hub.Integrations.ConnectionTests;

/// <summary>Makes the real call with an integration's stored credentials and counts the result for its health. A failed test is an answer, not an error.</summary>
internal static class TestIntegration
{
    public static void Map(IEndpointRouteBuilder group) => group
        .MapPost("/{id:long}/test", async (long id, IMediator mediator, CancellationToken ct) => TypedResults.Ok(await mediator.Send(new Request(id), ct)))
        .RequireRole(Role.Manager)
        .ProducesProblem(StatusCodes.Status409Conflict)
        .WithSummary("Test the connection of an integration");

    public sealed record Request(long Id) : IRequest<TestResult>;

    private sealed class Handler(StoredTest test) : IRequestHandler<Request, TestResult>
    {
        public Task<TestResult> Handle(Request request, CancellationToken cancellationToken) => test.Run(request.Id, cancellationToken);
    }
}
