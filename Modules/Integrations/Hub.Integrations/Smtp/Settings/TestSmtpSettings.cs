using System.Text.Json;
using FluentValidation;
using Hub.Integrations.Actions;
using Hub.Integrations.ConnectionTests;
using Hub.Integrations.Smtp.Client;
using Hub.SharedKernel.Access;
using Hub.SharedKernel.Problems;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hub.Integrations.Smtp.Settings;

/// <summary>Sends a real message through a scope's settings and tells what was said. A message that is not accepted is an answer, not an error.</summary>
internal static class TestSmtpSettings
{
    private const string Subject = "Test message of the Integration Hub";
    private const string Text = "If you read this, mail from the Integration Hub arrives. ✓\n";

    public static void Map(IEndpointRouteBuilder group) => group
        .MapPost("/test", async (Body body, HttpContext http, Caller caller, TimeProvider time, IMediator mediator, CancellationToken ct) =>
        {
            var id = EffectId.Of(http, caller, $"{body.ScopeId}\n{body.To?.GetRawText()}", time.GetUtcNow());
            return TypedResults.Ok(await mediator.Send(new Request(body, id), ct));
        })
        .RequireRole(Role.Manager)
        .ProducesProblem(StatusCodes.Status409Conflict)
        .WithSummary("Send a test message");

    /// <param name="ScopeId">Whose settings.</param>
    /// <param name="To">One address.</param>
    public sealed record Body(long ScopeId, JsonElement? To);

    /// <param name="Success">Whether the mail server took the message.</param>
    /// <param name="Message">What came out, for people.</param>
    /// <param name="Code">Null, or what POST /actions/email would say: smtp_auth, smtp_tls, recipients_refused...</param>
    /// <param name="MessageId">As its header Message-ID has it; null when it was not sent.</param>
    /// <param name="IntegrationId">The integration that sent it.</param>
    /// <param name="Transcript">What was said, credentials replaced; empty for an integration above the caller's own scope.</param>
    public sealed record Answer(
        bool Success, string Message, string? Code, string? MessageId, long IntegrationId, IReadOnlyList<TranscriptLine> Transcript);

    public sealed record Request(Body Body, Guid Id) : IRequest<Answer>;

    private sealed class Rules : AbstractValidator<Request>
    {
        public Rules() => RuleFor(r => r.Body.ScopeId).GreaterThan(0).WithMessage("is required");
    }

    private sealed class Handler(Caller caller, SmtpSettings settings, MailAction mail) : IRequestHandler<Request, Answer>
    {
        public async Task<Answer> Handle(Request request, CancellationToken cancellationToken)
        {
            var errors = new Dictionary<string, string[]>();
            var to = Addresses.Read("to", request.Body.To, errors);
            if (to.Count != 1)
                errors.TryAdd("to", ["must be one address"]);
            if (errors.Count > 0)
                throw new InvalidException(errors);
            var route = await settings.Find(request.Body.ScopeId, cancellationToken);
            var transcript = new SmtpTranscript();
            try
            {
                var id = await mail.Send(route, new MailDraft(to, [], Subject, Text, null), request.Id, transcript, cancellationToken);
                return Told($"The mail server took the message to {to[0]}.", null, id);
            }
            catch (UpstreamException refused)
            {
                return Told(refused.Message, refused.Code, null);
            }

            Answer Told(string message, string? code, string? id) => new(code is null, message, code, id, route.Integration.Id,
                caller.Sees(route.Integration.ScopePath) ? transcript.Shown : []);
        }
    }
}
