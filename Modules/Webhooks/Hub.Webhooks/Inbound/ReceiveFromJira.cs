using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hub.Webhooks.Inbound;

/// <summary>Jira: the integration is found by the site that the body names, or by the project in the address, and proven by its secret.</summary>
internal static class ReceiveFromJira
{
    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapPost("/webhooks/jira", (HttpContext http, Intake intake) => intake.Receive(http, Address.OfJira()))
            .WithSummary("Receive a Jira webhook; the site in the body tells whose")
            .IsInbound();
        app.MapPost("/projects/{id:long}/jira-webhook", (long id, HttpContext http, Intake intake) => intake.Receive(http, Address.OfProjectJira(id)))
            .WithSummary("Receive a Jira webhook of this project")
            .IsInbound();
    }
}
