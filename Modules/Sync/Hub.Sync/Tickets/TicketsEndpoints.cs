using Hub.SharedKernel.Modules;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hub.Sync.Tickets;

internal sealed class TicketsEndpoints : ICarterModule
{
    public void AddRoutes(IEndpointRouteBuilder app)
    {
        var tickets = app.MapGroup("/tickets").WithTags("Tickets");
        ListTickets.Map(tickets);
        GetTicket.Map(tickets);
        GetTicketHistory.Map(tickets);
        CreateTicket.Map(tickets);
        DraftTicket.Map(tickets);
        GetTicketCreation.Map(tickets);
        ChangeTicket.Map(tickets);
    }
}
