using System.Diagnostics;
using Hub.Integrations.Health;
using Hub.SharedKernel.Auditing;
using Hub.SharedKernel.Data;
using Hub.SharedKernel.Text;
using Npgsql;

namespace Hub.Integrations.OAuth;

/// <summary>
/// One refresh: claim, ask, store. Only the provider's <c>invalid_grant</c> ends a grant; whatever else goes wrong is tried again later. Between the
/// provider's answer and the commit the process may die: the claim has left its mark, and after the lease the next one tries with the token it knows.
/// </summary>
internal sealed class GrantRefresh(Db db, GrantStore store, HealthLog health, Audit audit, TimeProvider time)
{
    // A process that was stopped for longer than this after its claim may not be the only one any more.
    private static readonly TimeSpan LatestStart = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan[] Retries = [TimeSpan.FromMilliseconds(200), TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(3)];

    /// <returns>The grant afterwards; null when somebody else was first: read it again.</returns>
    public async Task<Grant?> Run(Grant seen, OAuthMethod method, CancellationToken ct)
    {
        if (seen.RefreshToken is null)
            return seen.ExpiresAt > time.GetUtcNow() ? seen : await End(seen, OAuthWords.Ended(seen), ct);
        if (store.RefreshToken(seen) is not { } token)
            return await End(seen, OAuthWords.Unreadable(seen.IntegrationId), ct);
        var began = Stopwatch.GetTimestamp();
        var asked = time.GetUtcNow();
        if (await store.Claim(seen, ct) is not { } claimed || Stopwatch.GetElapsedTime(began) > LatestStart)
            return null;

        var answer = await TokenEndpoint.Refresh(method, token, claimed.RedirectUri, ct);
        return answer switch
        {
            TokenAnswer.Tokens tokens => await Keep(() => store.Renew(claimed, tokens, asked, ct)),
            TokenAnswer.Refused { GrantIsOver: true } refused =>
                await End(claimed, OAuthWords.Over(seen, method.Client.TokenUrl.Host, refused.Description), ct),
            TokenAnswer.Refused refused => await Keep(() => store.Postpone(claimed, Refusal(refused, method), seen.UnansweredSince, ct)),
            TokenAnswer.Unclear unclear =>
                await Keep(() => store.Postpone(claimed, unclear, unclear.InDoubt ? claimed.UnansweredSince : seen.UnansweredSince, ct)),
            _ => throw new UnreachableException(),
        };
    }

    /// <summary>In one transaction with the news of it.</summary>
    private Task<Grant?> End(Grant grant, string message, CancellationToken ct) => Keep(async () =>
    {
        message = StorableText.OneLine(message);
        await using var tx = await db.Begin(ct);
        // The integration first, as everybody locks them.
        if (await db.First<long[]>(LockIntegration, new { grant.IntegrationId }, ct) is not { } path
            || await store.End(grant, message, ct) is not { } ended)
            return null;
        await health.Observe(grant.IntegrationId, HealthLog.Call, new Observation(time.GetUtcNow(), false, FailureReason.Auth, message), null, ct);
        await audit.Record("integration.reauthorization_required", "integration", grant.IntegrationId, path, null, ct, "failure");
        await tx.Commit(ct);
        return ended;
    });

    private static TokenAnswer.Unclear Refusal(TokenAnswer.Refused refused, OAuthMethod method) => new(
        FailureReason.Auth,
        $"{method.Client.TokenUrl.Host} refuses to refresh: {refused.Description?.TrimEnd('.') ?? refused.Error} ({refused.Error}). Check client id and secret.");

    // What the provider has answered is lost with the process only, not with a moment's trouble of the database.
    private static async Task<Grant?> Keep(Func<Task<Grant?>> store)
    {
        foreach (var pause in Retries)
        {
            try
            {
                return await store();
            }
            catch (NpgsqlException fault) when (fault is not PostgresException { IsTransient: false })
            {
                await Task.Delay(pause);
            }
        }

        return await store();
    }

    private const string LockIntegration = "select scope_path from integrations.integrations where id = @integrationId for no key update";
}
