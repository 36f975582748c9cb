using System.Text.Json;
using FluentValidation;
using Hub.SharedKernel.Access;
using Hub.SharedKernel.Http;
using Hub.SharedKernel.Text;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hub.Sync.Tickets;

/// <summary>
/// Changes a ticket at the third party first, then here as it was read back. PATCH merges: what is not sent stays, null empties. When the ticket moved on at
/// the third party since it was stored, nothing is changed there and both versions are told.
/// </summary>
internal static class ChangeTicket
{
    public static void Map(IEndpointRouteBuilder group) => group
        .MapPatch("/{id:long}", async (long id, Body body, IfMatch ifMatch, IMediator mediator, CancellationToken ct) =>
            TypedResults.Ok(await mediator.Send(new Request(id, body, ifMatch), ct)))
        .RequireRole(Role.Manager)
        .ProducesProblem(StatusCodes.Status422UnprocessableEntity)
        .ProducesProblem(StatusCodes.Status429TooManyRequests)
        .ProducesProblem(StatusCodes.Status502BadGateway)
        .ProducesProblem(StatusCodes.Status504GatewayTimeout)
        .WithSummary("Change a ticket");

    /// <param name="Comment">Added to the ticket, plain text.</param>
    public sealed record Body(string? Comment = null)
    {
        /// <summary>One line, at most 255 characters.</summary>
        public JsonElement Summary { get; init; }

        /// <summary>Plain text, or null.</summary>
        public JsonElement Description { get; init; }

        /// <summary>Name or id, or null.</summary>
        public JsonElement Priority { get; init; }

        /// <summary>Account id, e-mail address or exact name; null unassigns.</summary>
        public JsonElement Assignee { get; init; }

        /// <summary>A list of labels that replaces the one there; null empties it.</summary>
        public JsonElement Labels { get; init; }

        /// <summary>A day, or null.</summary>
        public JsonElement DueDate { get; init; }

        /// <summary>Where to go: a status by name or id, or a category (new, indeterminate, done).</summary>
        public JsonElement Status { get; init; }

        /// <summary>Name or id; with a status it goes with the transition that asks for one.</summary>
        public JsonElement Resolution { get; init; }

        /// <summary>Further fields by the names that the integration maps, or by the third party's ids or names.</summary>
        public JsonElement Fields { get; init; }
    }

    public sealed record Request(long Id, Body Body, IfMatch IfMatch) : IRequest<Ticket>
    {
        public override string ToString() => $"Change of ticket {Id}";
    }

    private sealed class Rules : AbstractValidator<Request>
    {
        public Rules()
        {
            RuleFor(r => r.Body.Summary).Must(value => value.ValueKind is not JsonValueKind.Null && TicketText.Is(value, text => text is not "" && TicketText.IsSummary(text)))
                .WithMessage(TicketText.SummaryRule);
            RuleFor(r => r.Body.Description).Must(value => TicketText.Is(value, TicketText.IsText)).WithMessage(TicketText.TextRule);
            RuleFor(r => r.Body.Priority).Must(value => TicketText.Is(value, TicketText.IsShort)).WithMessage(TicketText.ShortRule);
            RuleFor(r => r.Body.Assignee).Must(value => TicketText.Is(value, TicketText.IsShort)).WithMessage(TicketText.ShortRule);
            RuleFor(r => r.Body.Labels).Must(TicketText.AreLabels).WithMessage($"must be a list; each {TicketText.LabelRule}");
            RuleFor(r => r.Body.DueDate).Must(value => TicketText.Is(value, text => text is null || DateOnly.TryParseExact(text, "yyyy-MM-dd", out _))).WithMessage(TicketText.DayRule);
            RuleFor(r => r.Body.Status).Must(value => value.ValueKind is not JsonValueKind.Null && TicketText.Is(value, TicketText.IsShort)).WithMessage(TicketText.ShortRule);
            RuleFor(r => r.Body.Resolution).Must(value => TicketText.Is(value, TicketText.IsShort)).WithMessage(TicketText.ShortRule);
            RuleFor(r => r.Body.Fields).Must(value => value.ValueKind is JsonValueKind.Undefined or JsonValueKind.Object).WithMessage("must be an object")
                .Must(StorableText.Everywhere).WithMessage(StorableText.Rule);
            RuleFor(r => r.Body.Comment).Must(text => TicketText.IsText(text) && (text is null || !string.IsNullOrWhiteSpace(text))).WithMessage($"must not be blank; {TicketText.TextRule}");
        }
    }

    private sealed class Handler(Caller caller, TicketSites sites, ChangedTickets tickets) : IRequestHandler<Request, Ticket>
    {
        public async Task<Ticket> Handle(Request request, CancellationToken cancellationToken)
        {
            var before = await tickets.Require(request.Id, request.IfMatch, cancellationToken);
            var jira = await sites.OfCaller(before.IntegrationId, caller, cancellationToken);
            var held = await tickets.Current(before, jira, cancellationToken);
            return await tickets.Change(held, jira, request.Body, cancellationToken);
        }
    }
}
