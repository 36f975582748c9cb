using System.Diagnostics;
using System.Text.Json.Nodes;
using Hub.Integrations.Calls;
using Hub.Integrations.Health;
using Hub.Integrations.Integrations;
using Hub.Integrations.Smtp;
using Hub.Integrations.Smtp.Client;
using Hub.Integrations.Smtp.Messages;
using Hub.SharedKernel.Access;
using Hub.SharedKernel.Data;
using Hub.SharedKernel.Problems;
using Hub.SharedKernel.Text;
using MediatR;

namespace Hub.Integrations.Actions;

/// <summary>What somebody wants to send, without what the integration adds.</summary>
internal sealed record MailDraft(IReadOnlyList<MailAddress> To, IReadOnlyList<MailAddress> Cc, string Subject, string? Text, string? Html)
{
    public int Recipients => To.Count + Cc.Count;

    public override string ToString() => nameof(MailDraft);
}

/// <summary>The integration that sends for a scope.</summary>
internal sealed record MailRoute(IntegrationRow Integration, EffectiveConfiguration Configuration, IReadOnlyList<long> ScopePath);

/// <summary>Sends mail for a scope through its <c>smtp</c> integration, and writes down how that went.</summary>
internal sealed class MailAction(
    Db db, CallerAccessor caller, IMediator mediator, IntegrationTypes types, EffectiveConfigurations configurations, SmtpAccounts accounts, MailSender sender,
    ActionRecord record, TimeProvider time)
{
    /// <summary>The nearest one up the tree that is active, as <c>GET /integrations/resolve</c> finds it.</summary>
    /// <exception cref="NotFoundException">The caller does not see the scope.</exception>
    /// <exception cref="ConflictException">None is configured.</exception>
    public async Task<MailRoute> Resolve(long scopeId, CancellationToken ct)
    {
        try
        {
            var found = await mediator.Send(new ResolveIntegration.Request("smtp", scopeId), ct);
            return await Through(found.Id, scopeId, ct);
        }
        catch (NotFoundException none) when (none.Code is "not_configured")
        {
            throw new ConflictException(none.Code, none.Message);
        }
    }

    /// <summary>One that was found before.</summary>
    public async Task<MailRoute> Through(long integrationId, long scopeId, CancellationToken ct)
    {
        var row = await db.One<IntegrationRow>(SelectRow, new { integrationId }, ct);
        var path = await db.One<long[]>(SelectPath, new { scopeId }, ct);
        return new MailRoute(row, await configurations.Of(row, await types.Of(row, ct), ct), path);
    }

    /// <param name="route">Through which integration, for which scope.</param>
    /// <param name="draft">What.</param>
    /// <param name="id">Makes the message's id.</param>
    /// <param name="transcript">Gets what is said.</param>
    /// <param name="ct">The caller gives up; without effect once the message is out.</param>
    /// <returns>The message's id as its header has it.</returns>
    /// <exception cref="UpstreamException">It was not sent, or nobody knows.</exception>
    public async Task<string> Send(MailRoute route, MailDraft draft, Guid id, SmtpTranscript transcript, CancellationToken ct)
    {
        var started = Stopwatch.GetTimestamp();
        Func<string, string> redacted = StorableText.OneLine;
        try
        {
            if (route.Configuration.Problem is { } problem)
                throw new CallFailed(FailureReason.Config, problem);
            var account = await accounts.Of(route.Configuration, ct);
            redacted = account.Redacted;
            transcript.Secrets = account.Secrets;
            var message = new MailMessage(
                $"{id:N}@{account.From.Domain}", time.GetUtcNow(), account.From, account.ReplyTo, draft.To, draft.Cc, draft.Subject, draft.Text, draft.Html);
            await sender.Send(account, message, transcript, ct);
            await Keep(null);
            return $"<{message.Id}>";
        }
        catch (CallFailed failure)
        {
            await Keep(new SmtpFault("config", failure.Reason, failure.Message));
            throw new UpstreamException(failure.Reason is FailureReason.Config or FailureReason.Auth or FailureReason.Permission ? 422 : 502,
                $"smtp_{failure.Reason}", Shown(route, failure.Reason, failure.Message));
        }
        catch (SmtpFault fault)
        {
            await Keep(fault);
            var words = redacted(fault.Message);
            var aboutMail = fault is { AboutMessage: true } or { Recipients.Count: > 0 };
            throw MailRefusal.Of(fault, aboutMail ? words : Shown(route, fault.Reason, words), redacted);
        }

        Task Keep(SmtpFault? fault)
        {
            var facts = new JsonObject { ["recipients"] = draft.Recipients };
            if (fault is not null)
                facts["reason"] = fault.Uncertain ? "uncertain" : fault.Reason;
            var works = fault is null or { AboutMessage: true };
            var seen = new Observation(time.GetUtcNow(), works, works ? null : fault!.Reason, works ? null : redacted(fault!.Message));
            return record.Keep(route.Integration, new ActionOutcome(
                "action.email_sent", route.ScopePath, facts, fault is null, seen, Stopwatch.GetElapsedTime(started).TotalMilliseconds));
        }
    }

    // What an integration above the caller's own scope is made of is not the caller's business.
    private string Shown(MailRoute route, string reason, string message) => caller.Current?.Sees(route.Integration.ScopePath) is true
        ? message
        : $"The inherited SMTP integration did not do it ({reason}). Whoever administers it sees why in its health.";

    private const string SelectRow = $"select {IntegrationRow.Columns} from integrations.integrations where id = @integrationId";

    private const string SelectPath = "select path from integrations.scopes where id = @scopeId";
}
