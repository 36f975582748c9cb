using System.Text.Json;
using System.Text.Json.Nodes;
using Hub.Integrations.Calls;
using Hub.SharedKernel.Data;
using Hub.SharedKernel.Secrets;

namespace Hub.Integrations.OAuth;

/// <summary>The table of grants, and the only place that encrypts and opens their tokens.</summary>
internal sealed class GrantStore(Db db, SecretProtector protector, TimeProvider time)
{
    /// <summary>Longer than a refresh may take, so that nobody else starts one while an answer is under way.</summary>
    public static readonly TimeSpan Lease = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan UseNoted = TimeSpan.FromMinutes(10);

    public Task<Grant?> Find(long integrationId, CancellationToken ct) => db.First<Grant>(Select, new { integrationId }, ct);

    /// <returns>Null when the keys it was encrypted with are lost.</returns>
    public AccessToken? Open(Grant grant)
    {
        if (protector.TryUnprotect(Owner(grant.IntegrationId), "access_token", grant.AccessToken) is not { } token)
            return null;
        var answer = grant.Answer is { } stored ? protector.TryUnprotect(Owner(grant.IntegrationId), "answer", stored) : null;
        return new AccessToken(token, grant.ExpiresAt, answer is null ? null : JsonElement.Parse(answer));
    }

    /// <returns>Null when there is none, or the keys it was encrypted with are lost.</returns>
    public string? RefreshToken(Grant grant) =>
        grant.RefreshToken is { } stored ? protector.TryUnprotect(Owner(grant.IntegrationId), "refresh_token", stored) : null;

    /// <summary>Stores a new grant in the place of any other. A refresh of the old one that is under way will find itself fenced off.</summary>
    public Task<Grant> Put(long integrationId, string client, TokenAnswer.Tokens tokens, OAuthAccount? account, string redirectUri, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        return db.One<Grant>(Upsert, new
        {
            integrationId,
            client,
            accessToken = Seal(integrationId, "access_token", tokens.AccessToken),
            refreshToken = tokens.RefreshToken is { } refresh ? Seal(integrationId, "refresh_token", refresh) : null,
            answer = Seal(integrationId, "answer", tokens.Rest.ToJsonString()),
            scopes = tokens.Scopes ?? [],
            accountId = account?.Id,
            accountName = account?.Name,
            redirectUri,
            now,
            tokens.ExpiresAt,
            next = tokens.RefreshToken is null ? tokens.ExpiresAt : RefreshSchedule.Next(now, tokens.ExpiresAt, used: true, Random.Shared.NextDouble()),
        }, ct);
    }

    /// <summary>Takes the right to refresh, and marks that from now on its outcome is unknown until it is stored.</summary>
    /// <returns>The grant with its new fence; null when somebody else has it, or has changed the grant since it was read.</returns>
    public Task<Grant?> Claim(Grant seen, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        return db.First<Grant>(Take, new { seen.IntegrationId, seen.Version, now, until = now + Lease }, ct);
    }

    /// <summary>Stores what a refresh brought.</summary>
    /// <returns>Null when the claim was lost: then another has written, and this is void.</returns>
    public Task<Grant?> Renew(Grant claimed, TokenAnswer.Tokens tokens, DateTimeOffset obtained, CancellationToken ct)
    {
        var id = claimed.IntegrationId;
        var used = claimed.UsedAt is { } at && at >= claimed.ObtainedAt;
        return db.First<Grant>(Renewed, new
        {
            claimed.IntegrationId,
            claimed.Version,
            accessToken = Seal(id, "access_token", tokens.AccessToken),
            refreshToken = tokens.RefreshToken is { } refresh ? Seal(id, "refresh_token", refresh) : null,
            answer = Seal(id, "answer", Merged(claimed, tokens.Rest).ToJsonString()),
            scopes = tokens.Scopes ?? claimed.Scopes,
            obtained,
            tokens.ExpiresAt,
            next = RefreshSchedule.Next(obtained, tokens.ExpiresAt, used, Random.Shared.NextDouble()),
        }, ct);
    }

    /// <summary>Notes a failure that may pass, and gives the claim back.</summary>
    /// <param name="claimed">The claim.</param>
    /// <param name="failure">What happened.</param>
    /// <param name="unanswered">Since when it is in doubt whether the provider did it.</param>
    /// <param name="ct">Cancels the write.</param>
    public Task<Grant?> Postpone(Grant claimed, TokenAnswer.Unclear failure, DateTimeOffset? unanswered, CancellationToken ct) => db.First<Grant>(Postponed, new
    {
        claimed.IntegrationId,
        claimed.Version,
        failure.Reason,
        failure.Message,
        unanswered,
        next = time.GetUtcNow() + RefreshSchedule.Pause(claimed.Failures + 1, failure.RetryAfter, Random.Shared.NextDouble()),
    }, ct);

    /// <summary>The grant is over: only a person can give another.</summary>
    /// <returns>Null when somebody else has changed it since it was read.</returns>
    public Task<Grant?> End(Grant grant, string message, CancellationToken ct) =>
        db.First<Grant>(Ended, new { grant.IntegrationId, grant.Version, message, reason = Health.FailureReason.Auth }, ct);

    /// <summary>Notes that it is in use, now and then.</summary>
    public async Task Touch(Grant grant, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        if (grant.UsedAt is not { } used || used < now - UseNoted || used < grant.ObtainedAt)
            await db.Execute(Touched, new { grant.IntegrationId, now }, ct);
    }

    public Task<int> Delete(long integrationId, CancellationToken ct) =>
        db.Execute("delete from integrations.oauth_grants where integration_id = @integrationId", new { integrationId }, ct);

    /// <summary>Integrations whose grants shall be refreshed now, the most urgent first.</summary>
    public Task<IReadOnlyList<long>> Due(int limit, CancellationToken ct) => db.List<long>(SelectDue, new { now = time.GetUtcNow(), limit }, ct);

    /// <summary>The access token was refused: it counts as ended, so that the next call or the worker refreshes it.</summary>
    public Task<int> Distrust(long integrationId, CancellationToken ct) => db.Execute(Distrusted, new { integrationId, now = time.GetUtcNow() }, ct);

    /// <summary>Not now: the integration cannot be used as it is.</summary>
    public Task<int> Skip(long integrationId, TimeSpan pause, CancellationToken ct) =>
        db.Execute(Skipped, new { integrationId, next = time.GetUtcNow() + pause }, ct);

    private JsonObject Merged(Grant claimed, JsonObject rest)
    {
        var merged = Open(claimed)?.Answer is { } before ? JsonObject.Create(before)! : [];
        foreach (var (name, value) in rest)
            merged[name] = value?.DeepClone();
        return merged;
    }

    private string Seal(long integrationId, string field, string plain) => protector.Protect(Owner(integrationId), field, plain);

    private static string Owner(long integrationId) => $"oauth-grant:{integrationId}";

    private const string Select = $"select {Grant.Columns} from integrations.oauth_grants where integration_id = @integrationId";

    private const string Upsert = $"""
        insert into integrations.oauth_grants as g (
            integration_id, client, access_token, refresh_token, answer, scopes, account_id, account_name, redirect_uri, status, obtained_at,
            expires_at, authorized_at, next_refresh_at)
        values (
            @integrationId, @client, @accessToken, @refreshToken, @answer, @scopes, @accountId, @accountName, @redirectUri, 'active', @now,
            @expiresAt, @now, @next)
        on conflict (integration_id) do update
        set client = excluded.client, access_token = excluded.access_token, refresh_token = excluded.refresh_token, answer = excluded.answer,
            scopes = excluded.scopes, account_id = excluded.account_id, account_name = excluded.account_name, redirect_uri = excluded.redirect_uri,
            status = 'active', message = null, reason = null, failures = 0, obtained_at = excluded.obtained_at, expires_at = excluded.expires_at,
            authorized_at = excluded.authorized_at, last_refreshed_at = null, used_at = null, next_refresh_at = excluded.next_refresh_at,
            lease_until = null, unanswered_since = null, version = g.version + 1
        returning {Grant.Columns}
        """;

    private const string Take = $"""
        update integrations.oauth_grants
        set lease_until = @until, unanswered_since = coalesce(unanswered_since, @now), version = version + 1
        where integration_id = @integrationId and version = @version and status = 'active' and (lease_until is null or lease_until <= @now)
        returning {Grant.Columns}
        """;

    private const string Renewed = $"""
        update integrations.oauth_grants
        set access_token = @accessToken, refresh_token = coalesce(@refreshToken, refresh_token), answer = @answer, scopes = @scopes,
            obtained_at = @obtained, expires_at = @expiresAt, last_refreshed_at = @obtained, next_refresh_at = @next, message = null, reason = null, failures = 0,
            lease_until = null, unanswered_since = null, version = version + 1
        where integration_id = @integrationId and version = @version
        returning {Grant.Columns}
        """;

    private const string Postponed = $"""
        update integrations.oauth_grants
        set message = @message, reason = @reason, failures = failures + 1, next_refresh_at = @next, lease_until = null, unanswered_since = @unanswered,
            version = version + 1
        where integration_id = @integrationId and version = @version
        returning {Grant.Columns}
        """;

    private const string Ended = $"""
        update integrations.oauth_grants
        set status = 'reauthorization_required', message = @message, reason = @reason, next_refresh_at = null, lease_until = null, version = version + 1
        where integration_id = @integrationId and version = @version
        returning {Grant.Columns}
        """;

    private const string Touched = "update integrations.oauth_grants set used_at = @now where integration_id = @integrationId";

    private const string Skipped = "update integrations.oauth_grants set next_refresh_at = @next where integration_id = @integrationId";

    private const string Distrusted = """
        update integrations.oauth_grants
        set expires_at = least(expires_at, @now), next_refresh_at = least(next_refresh_at, @now), version = version + 1
        where integration_id = @integrationId and status = 'active' and refresh_token is not null and failures = 0
            and (lease_until is null or lease_until <= @now)
        """;

    private const string SelectDue = """
        select integration_id from integrations.oauth_grants
        where status = 'active' and next_refresh_at <= @now and (lease_until is null or lease_until <= @now)
        order by next_refresh_at
        limit @limit
        """;
}
