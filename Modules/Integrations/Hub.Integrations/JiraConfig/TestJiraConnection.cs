using Hub.Integrations.ConnectionTests;
using Hub.Integrations.ProjectConfig;
using Hub.SharedKernel.Access;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hub.Integrations.JiraConfig;

/// <summary>Tests the connection of a project's Jira, as its integration's own test does.</summary>
internal static class TestJiraConnection
{
    public static void Map(IEndpointRouteBuilder group) => group
        .MapPost("/jira-test-connection", async (long id, IMediator mediator, CancellationToken ct) => TypedResults.Ok(await mediator.Send(new Request(id), ct)))
        .RequireRole(Role.Manager)
        .WithSummary("Test the connection of a project's Jira");

    public sealed record Request(long ProjectId) : IRequest<TestResult>;

    private sealed class Handler(ProjectIntegration project, StoredTest test) : IRequestHandler<Request, TestResult>
    {
        public async Task<TestResult> Handle(Request request, CancellationToken cancellationToken)
        {
            var (row, _) = await project.Require(request.ProjectId, "jira", cancellationToken);
            return await test.Run(row.Id, cancellationToken);
        }
    }
}
