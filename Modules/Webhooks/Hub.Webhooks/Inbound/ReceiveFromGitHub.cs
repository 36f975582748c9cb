using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hub.Webhooks.Inbound;

/// <summary>GitHub: the integration is found by the repository that the body names, or by the project in the address, and proven by its secret.</summary>
internal static class ReceiveFromGitHub
{
    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapPost("/webhooks/github", (HttpContext http, Intake intake) => intake.Receive(http, Address.OfGitHub()))
            .WithSummary("Receive a GitHub webhook; the repository in the body tells whose")
            .IsInbound();
        app.MapPost("/projects/{id:long}/github-webhook", (long id, HttpContext http, Intake intake) => intake.Receive(http, Address.OfProjectGitHub(id)))
            .WithSummary("Receive a GitHub webhook of this project")
            .IsInbound();
    }
}
