using FluentValidation;
using Hub.SharedKernel.Access;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Hub.Sync.Tickets;

/// <summary>
/// Lets the language model that serves the integration's scope draft a ticket from a few words, and creates it like any other. What the model says is checked
/// like what any client says; with <c>dry_run</c> the draft is only shown.
/// </summary>
internal static class DraftTicket
{
    public const int LongestPrompt = 8000;

    public static void Map(IEndpointRouteBuilder group) => group
        .MapPost("/ai-create", async Task<Results<Created<Ticket>, Ok<Answer>>> (Body body, HttpContext http, IMediator mediator, CancellationToken ct) =>
        {
            var (draft, ticket) = await mediator.Send(new Request(body, http.Request.Headers["Idempotency-Key"].ToString()), ct);
            return ticket is null ? TypedResults.Ok(new Answer(draft!)) : TypedResults.Created($"/api/v1/tickets/{ticket.Id}", ticket);
        })
        .RequireRole(Role.Manager)
        .ProducesProblem(StatusCodes.Status422UnprocessableEntity)
        .ProducesProblem(StatusCodes.Status429TooManyRequests)
        .ProducesProblem(StatusCodes.Status502BadGateway)
        .ProducesProblem(StatusCodes.Status504GatewayTimeout)
        .WithSummary("Create a ticket from a prompt");

    /// <param name="IntegrationId">Where the ticket goes.</param>
    /// <param name="Prompt">What it is about, at most 8000 characters.</param>
    /// <param name="DryRun">True only shows the draft.</param>
    /// <param name="ProjectKey">May be left out where the integration has one project.</param>
    public sealed record Body(long IntegrationId, string? Prompt, bool DryRun = false, string? ProjectKey = null)
    {
        public override string ToString() => $"Prompt for integration {IntegrationId}";
    }

    /// <param name="Draft">As <c>POST /tickets</c> takes it.</param>
    public sealed record Answer(CreateTicket.Body Draft);

    public sealed record Request(Body Body, string IdempotencyKey) : IRequest<(CreateTicket.Body? Draft, Ticket? Ticket)>
    {
        public override string ToString() => Body.ToString();
    }

    private sealed class Rules : AbstractValidator<Request>
    {
        public Rules()
        {
            RuleFor(r => r.Body.IntegrationId).GreaterThan(0).WithMessage("is required");
            RuleFor(r => r.Body.Prompt).NotEmpty().WithMessage("is required")
                .MaximumLength(LongestPrompt).WithMessage($"must have at most {LongestPrompt} characters").Must(TicketText.IsText).WithMessage(TicketText.TextRule);
            RuleFor(r => r.Body.ProjectKey).Must(TicketText.IsShort).WithMessage(TicketText.ShortRule);
        }
    }

    private sealed class Handler(Caller caller, TicketSites sites, TicketRequests requests, TicketDrafts drafts)
        : IRequestHandler<Request, (CreateTicket.Body? Draft, Ticket? Ticket)>
    {
        public async Task<(CreateTicket.Body? Draft, Ticket? Ticket)> Handle(Request request, CancellationToken cancellationToken)
        {
            // A repetition finds the creation that it began; the model would not say the same thing twice.
            var origin = RequestOrigin.Of(caller, request.IdempotencyKey, request.Body);
            var creation = request.Body.DryRun ? null : await requests.Known(origin, cancellationToken);
            if (creation is null)
            {
                var jira = await sites.OfCaller(request.Body.IntegrationId, caller, cancellationToken);
                var draft = await drafts.Draft(jira, request.Body, cancellationToken);
                if (request.Body.DryRun)
                    return (draft, null);
                creation = await requests.Accept(origin, jira, draft, cancellationToken);
            }

            return (null, await requests.Outcome(creation.Value, cancellationToken));
        }
    }
}
