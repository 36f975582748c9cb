using Hub.Integrations.Calls;
using Hub.Integrations.Health;
using Hub.Integrations.Integrations;

namespace Hub.Integrations.OAuth;

/// <summary>
/// Gives the access token of an integration's grant, refreshed where it must be. However many callers and replicas ask at once, one of them uses the
/// refresh token: it holds a lease on the row, and what it writes is fenced. The others wait and read the new row.
/// </summary>
internal sealed class FreshTokens(Authenticators authenticators, GrantStore store, GrantRefresh refresh, Turns turns, TimeProvider time)
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <exception cref="CallFailed">There is no grant, it is over, or it cannot be refreshed at the moment.</exception>
    public async Task<AccessToken> Get(EffectiveConfiguration subject, CancellationToken ct)
    {
        if (subject.IntegrationId is not { } id)
            throw new CallFailed(
                FailureReason.Config, "Access is granted in the browser, to a stored integration: create it first, then open its oauth/start.");
        var method = OAuthMethod.Of(authenticators.Open(subject))
            ?? throw new CallFailed(FailureReason.Config, "The configuration does not use OAuth.");
        var grant = await Usable(id, method.Client, ct);
        await store.Touch(grant, ct);
        if (RefreshSchedule.IsFresh(grant, time.GetUtcNow()))
            return Opened(grant);

        using var turn = await turns.Take(id, ct);
        for (var left = Patience; left > TimeSpan.Zero; left -= Look)
        {
            grant = await Usable(id, method.Client, ct);
            var now = time.GetUtcNow();
            if (RefreshSchedule.IsFresh(grant, now))
                return Opened(grant);
            if (grant.LeaseUntil is not { } lease || lease <= now)
            {
                if (grant.Failures > 0 && grant.NextRefreshAt > now)
                    return AsLongAsItLasts(grant);
                // Not cancelled with the caller: an answer that nobody stores would cost the grant.
                if (await refresh.Run(grant, method, CancellationToken.None) is { } after)
                    return after is { IsActive: true, Failures: 0 } ? Opened(after) : AsLongAsItLasts(after);
                continue;
            }

            // Another replica is at it. Waited by the wall's clock: its answer does not come sooner or later with ours.
            await Task.Delay(Look, ct);
        }

        throw new CallFailed(
            FailureReason.Timeout, "The access token has ended, and another replica of the hub has not finished refreshing it in time.");
    }

    private AccessToken AsLongAsItLasts(Grant grant) =>
        !grant.IsActive ? throw Over(grant)
        : grant.ExpiresAt > time.GetUtcNow() ? Opened(grant)
        : throw new CallFailed(
            grant.Reason ?? FailureReason.Network, $"The access token has ended and could not be refreshed. {grant.Message} The hub goes on trying.");

    private async Task<Grant> Usable(long id, OAuthClient client, CancellationToken ct)
    {
        if (await store.Find(id, ct) is not { } grant || grant.Client != client.Fingerprint)
            throw new CallFailed(FailureReason.Config, OAuthWords.NotAuthorised(id));
        return grant.IsActive ? grant : throw Over(grant);
    }

    private AccessToken Opened(Grant grant) =>
        store.Open(grant) ?? throw new CallFailed(FailureReason.Config, OAuthWords.Unreadable(grant.IntegrationId));

    private static CallFailed Over(Grant grant) => new(FailureReason.Auth, grant.Message ?? OAuthWords.Again(grant.IntegrationId));
}
