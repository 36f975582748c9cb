using System.Text.Json;
using FluentValidation;
using Hub.SharedKernel.Access;
using Hub.SharedKernel.Text;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hub.Sync.Tickets;

/// <summary>
/// Creates a ticket at the third party exactly once, and here. When no answer tells what became of it, it is looked for and never blindly sent again; a request
/// with the same <c>Idempotency-Key</c> goes on with the same creation.
/// </summary>
internal static class CreateTicket
{
    public static void Map(IEndpointRouteBuilder group) => group
        .MapPost("", async (Body body, HttpContext http, IMediator mediator, CancellationToken ct) =>
        {
            var ticket = await mediator.Send(new Request(body, http.Request.Headers["Idempotency-Key"].ToString()), ct);
            return TypedResults.Created($"/api/v1/tickets/{ticket.Id}", ticket);
        })
        .RequireRole(Role.Manager)
        .ProducesProblem(StatusCodes.Status422UnprocessableEntity)
        .ProducesProblem(StatusCodes.Status429TooManyRequests)
        .ProducesProblem(StatusCodes.Status502BadGateway)
        .ProducesProblem(StatusCodes.Status504GatewayTimeout)
        .WithSummary("Create a ticket");

    /// <param name="IntegrationId">Where.</param>
    /// <param name="ProjectKey">May be left out where the integration has one project.</param>
    /// <param name="IssueType">Name or id; by default the integration's default issue type.</param>
    /// <param name="Summary">One line, at most 255 characters.</param>
    /// <param name="Description">Plain text.</param>
    /// <param name="Priority">Name or id.</param>
    /// <param name="Assignee">Account id, e-mail address or exact name.</param>
    /// <param name="Labels">Without spaces.</param>
    /// <param name="Fields">Further fields by the names that the integration maps, or by the third party's ids or names.</param>
    public sealed record Body(
        long IntegrationId, string? Summary, string? ProjectKey = null, string? IssueType = null, string? Description = null, string? Priority = null,
        string? Assignee = null, IReadOnlyList<string>? Labels = null, JsonElement? Fields = null);

    public sealed record Request(Body Body, string IdempotencyKey) : IRequest<Ticket>
    {
        public override string ToString() => $"Ticket of integration {Body.IntegrationId}";
    }

    private sealed class Rules : AbstractValidator<Request>
    {
        public Rules()
        {
            RuleFor(r => r.Body.IntegrationId).GreaterThan(0).WithMessage("is required");
            RuleFor(r => r.Body.Summary).NotEmpty().WithMessage("is required").Must(TicketText.IsSummary).WithMessage(TicketText.SummaryRule);
            RuleFor(r => r.Body.ProjectKey).Must(TicketText.IsShort).WithMessage(TicketText.ShortRule);
            RuleFor(r => r.Body.IssueType).Must(TicketText.IsShort).WithMessage(TicketText.ShortRule);
            RuleFor(r => r.Body.Description).Must(TicketText.IsText).WithMessage(TicketText.TextRule);
            RuleFor(r => r.Body.Priority).Must(TicketText.IsShort).WithMessage(TicketText.ShortRule);
            RuleFor(r => r.Body.Assignee).Must(TicketText.IsShort).WithMessage(TicketText.ShortRule);
            RuleForEach(r => r.Body.Labels).Must(TicketText.IsLabel).WithMessage(TicketText.LabelRule);
            RuleFor(r => r.Body.Fields).Must(fields => fields is not { } given || given.ValueKind is JsonValueKind.Object).WithMessage("must be an object")
                .Must(fields => fields is not { } given || StorableText.Everywhere(given)).WithMessage(StorableText.Rule);
        }
    }

    private sealed class Handler(Caller caller, TicketSites sites, TicketRequests requests) : IRequestHandler<Request, Ticket>
    {
        public async Task<Ticket> Handle(Request request, CancellationToken cancellationToken)
        {
            var origin = RequestOrigin.Of(caller, request.IdempotencyKey, request.Body);
            var creation = await requests.Known(origin, cancellationToken);
            if (creation is null)
            {
                var jira = await sites.OfCaller(request.Body.IntegrationId, caller, cancellationToken);
                creation = await requests.Accept(origin, jira, request.Body, cancellationToken);
            }

            return await requests.Outcome(creation.Value, cancellationToken);
        }
    }
}
