using Hub.Integrations.Contracts;
using Hub.Integrations.Smtp.Client;
using Hub.Integrations.Smtp.Messages;
using Hub.SharedKernel.Problems;
using MediatR;

namespace Hub.Integrations.Actions;

/// <summary>Mail of the hub's own, for other modules' workers.</summary>
internal sealed class AnswerSendMail(IMediator mediator, MailAction mail) : IRequestHandler<SendMail, MailSent>
{
    public async Task<MailSent> Handle(SendMail request, CancellationToken cancellationToken)
    {
        if (MailAddress.Parse(request.To, out var wrong) is not { } to)
            return new MailSent(wrong, Final: true);
        if (await mediator.Send(new AskServingIntegration("smtp", request.ScopePath), cancellationToken) is not { } serving)
            return new MailSent("SMTP integration not configured. Configure it at /integrations.", Final: false);
        try
        {
            var route = await mail.Through(serving.Id, request.ScopeId, cancellationToken);
            await mail.Send(route, new MailDraft([to], [], request.Subject, request.Text, null), request.Id, new SmtpTranscript(), cancellationToken);
            return new MailSent(null, Final: true);
        }
        catch (UpstreamException refused)
        {
            return new MailSent(refused.Message, refused.MayHaveHappened || refused.Code is "recipients_refused" or "message_refused" && refused.RetryAfter is null);
        }
    }
}
