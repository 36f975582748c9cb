using System.Text;
using System.Text.Json;
using FluentValidation;
using Hub.Integrations.Smtp.Client;
using Hub.Integrations.Smtp.Messages;
using Hub.SharedKernel.Access;
using Hub.SharedKernel.Problems;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hub.Integrations.Actions;

/// <summary>
/// Sends one message through the scope's SMTP integration: to all recipients, or to none. When it answers 200, the mail server has taken the message.
/// </summary>
internal static class SendEmail
{
    private const int MaxSubject = 900;
    private const int MaxBytes = 10 * 1024 * 1024;

    public static void Map(IEndpointRouteBuilder group) => group
        .MapPost("/email", async (Body body, HttpContext http, Caller caller, TimeProvider time, IMediator mediator, CancellationToken ct) =>
        {
            var id = EffectId.Of(http, caller, $"{body.ScopeId}\n{body.To?.GetRawText()}\n{body.Subject}\n{body.Text}\n{body.Html}", time.GetUtcNow());
            return TypedResults.Ok(await mediator.Send(new Request(body, id), ct));
        })
        .RequireRole(Role.Manager)
        .ProducesProblem(StatusCodes.Status409Conflict)
        .ProducesProblem(StatusCodes.Status413PayloadTooLarge)
        .ProducesProblem(StatusCodes.Status422UnprocessableEntity)
        .ProducesProblem(StatusCodes.Status502BadGateway)
        .ProducesProblem(StatusCodes.Status504GatewayTimeout)
        .WithSummary("Send an e-mail");

    /// <param name="ScopeId">For whom: its SMTP integration sends, else the nearest one up the tree.</param>
    /// <param name="To">An address (<c>ann@example.com</c>, <c>Ann Lee &lt;ann@example.com&gt;</c>) or a list of them; at most 100 with <c>cc</c>.</param>
    /// <param name="Cc">Likewise; gets a copy.</param>
    /// <param name="Subject">One line, at most 900 characters.</param>
    /// <param name="Text">Plain text; this or <c>html</c> is needed, both give readers the choice. Together at most 10 MB.</param>
    /// <param name="Html">HTML.</param>
    public sealed record Body(long ScopeId, JsonElement? To, string Subject, JsonElement? Cc = null, string? Text = null, string? Html = null)
    {
        public override string ToString() => $"Mail of scope {ScopeId}";
    }

    /// <param name="Sent">True: the mail server has taken the message for every recipient.</param>
    /// <param name="MessageId">As its header Message-ID has it.</param>
    /// <param name="IntegrationId">The integration that sent it.</param>
    public sealed record Answer(bool Sent, string MessageId, long IntegrationId);

    public sealed record Request(Body Body, Guid Id) : IRequest<Answer>
    {
        public override string ToString() => Body.ToString();
    }

    private sealed class Rules : AbstractValidator<Request>
    {
        public Rules()
        {
            RuleFor(r => r.Body.ScopeId).GreaterThan(0).WithMessage("is required");
            RuleFor(r => r.Body.Subject).Cascade(CascadeMode.Stop)
                .NotEmpty().WithMessage("is required")
                .MaximumLength(MaxSubject).WithMessage($"must have at most {MaxSubject} characters")
                .Must(subject => MailText.Refusal(subject) is null).WithMessage(MailText.Rule);
            RuleFor(r => r.Body.Text).Must((request, text) => text is not null || request.Body.Html is not null).WithMessage("is required, or html is");
        }
    }

    private sealed class Handler(MailAction mail) : IRequestHandler<Request, Answer>
    {
        public async Task<Answer> Handle(Request request, CancellationToken cancellationToken)
        {
            var body = request.Body;
            if (Size(body.Text) + Size(body.Html) > MaxBytes)
                throw new TooLargeException($"text and html must have at most {MaxBytes / 1024 / 1024} MB together.");
            var draft = Draft(body);
            var route = await mail.Resolve(body.ScopeId, cancellationToken);
            var messageId = await mail.Send(route, draft, request.Id, new SmtpTranscript(), cancellationToken);
            return new Answer(true, messageId, route.Integration.Id);
        }

        private static MailDraft Draft(Body body)
        {
            var errors = new Dictionary<string, string[]>();
            var (to, cc) = (Addresses.Read("to", body.To, errors), Addresses.Read("cc", body.Cc, errors));
            if (to.Count == 0 && errors.Count == 0)
                errors["to"] = ["is required"];
            if (to.Count + cc.Count > Addresses.Most)
                errors["to"] = [$"must have at most {Addresses.Most} addresses together with cc"];
            return errors.Count == 0 ? new MailDraft(to, cc, body.Subject, body.Text, body.Html) : throw new InvalidException(errors);
        }

        private static long Size(string? text) => text is null ? 0 : Encoding.UTF8.GetByteCount(text);
    }
}
