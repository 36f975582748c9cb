using Hub.Integrations.Contracts;
using Hub.Sync.Providers;
using MediatR;

namespace Hub.Sync.WebhookRegistrations;

/// <summary>One look: what is wanted, what is there, what to do about it. No transaction is open while the provider is called.</summary>
internal sealed class RegistrationCheck(IMediator mediator, IEnumerable<IWebhookKeeper> keepers, RegistrationRecord record)
{
    private const int MostRemovals = 5;

    public async Task Run(WebhookRegistration claim, CancellationToken ct)
    {
        var connection = await mediator.Send(new AskConnection(claim.IntegrationId), ct);
        var target = await mediator.Send(new AskWebhookTarget(claim.IntegrationId), ct);
        // Deleted at this moment: the row goes with that transaction.
        if (connection is null || target is null)
            return;
        var found = new Findings(claim);
        var end = await Look(claim, connection, target, found, ct);
        await record.Write(claim, found, end, CancellationToken.None);
    }

    private async Task<CheckEnd> Look(WebhookRegistration claim, Connection connection, WebhookTarget target, Findings found, CancellationToken ct)
    {
        var keeper = keepers.Single(one => one.IntegrationType == claim.IntegrationType);
        var hidden = connection.Secrets.Concat(new[] { target.Url, target.Secret }.OfType<string>()).ToArray();
        var work = new RegistrationWork(
            claim, connection with { Secrets = hidden }, target.Url ?? "", target.Secret ?? "", target.SecretFingerprint ?? "", found);
        if (!connection.Integration.Enabled)
        {
            if (claim.HookId is not null && claim.IntegrationType == RegistrationSignals.Jira)
                found.Miss("the integration was disabled, and what the webhook delivered meanwhile was refused");
            return CheckEnd.OfDisabled;
        }

        if (!target.Wanted)
            return await Remove(keeper, work, ct);
        if (target.Problem is { } problem)
            return CheckEnd.Failed("config", problem, passing: false);
        if (connection.Problem is { } unusable)
            return CheckEnd.Failed(connection.Reason ?? "config", unusable, passing: connection.Reason is "network" or "timeout" or "provider_error");
        try
        {
            await keeper.Keep(work, ct);
            return found.Remark is { } remark ? CheckEnd.Failed(remark.Reason, remark.Message, passing: false) : CheckEnd.Kept;
        }
        catch (ProviderFailure failure)
        {
            return CheckEnd.Failed(failure);
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            return CheckEnd.Failed("timeout", "The look at the webhook was interrupted or took too long; it is looked at again soon.", passing: true);
        }
    }

    private static async Task<CheckEnd> Remove(IWebhookKeeper keeper, RegistrationWork work, CancellationToken ct)
    {
        if (work.Known.HookId is null)
            return CheckEnd.NotWanted;
        if (work.Connection.Problem is { } unusable)
            return CheckEnd.NotRemoved(new ProviderFailure("config", unusable, false), last: true);
        try
        {
            await keeper.Remove(work, ct);
            return CheckEnd.NotWanted;
        }
        catch (ProviderFailure failure)
        {
            return CheckEnd.NotRemoved(failure, last: work.Known.Failures + 1 >= MostRemovals);
        }
    }
}
