using Hub.SharedKernel.Modules;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hub.Sync.Details;

internal sealed class DetailsEndpoints : ICarterModule
{
    public void AddRoutes(IEndpointRouteBuilder app)
    {
        var tickets = app.MapGroup("/tickets").WithTags("Tickets");
        ListComments.Map(tickets);
        ListWorklogs.Map(tickets);
        ListChangelog.Map(tickets);
        ListIssueLinks.Map(tickets);
    }
}
