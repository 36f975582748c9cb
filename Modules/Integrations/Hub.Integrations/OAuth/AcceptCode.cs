using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using Hub.Integrations.Calls;
using Hub.Integrations.Health;
using Hub.Integrations.Integrations;
using Hub.SharedKernel.Access;
using Hub.SharedKernel.Auditing;
using Hub.SharedKernel.Data;
using Hub.SharedKernel.Problems;

namespace Hub.Integrations.OAuth;

/// <summary>Exchanges a code for tokens, asks whose they are, and stores the grant. No transaction is open while the provider is called.</summary>
internal sealed class AcceptCode(
    Db db, IntegrationStore integrations, OAuthMethods methods, GrantStore grants, HealthLog health, Audit audit, TimeProvider time)
{
    private const string Action = "integration.authorized";

    /// <exception cref="UpstreamException">The provider refuses the code, or fails.</exception>
    /// <exception cref="ConflictException">Another account than before granted, or the configuration has changed.</exception>
    public async Task<Grant> Run(IntegrationRow row, OAuthMethod method, PendingAuthorization pending, Caller caller, string code, CancellationToken ct)
    {
        var tokens = Granted(await TokenEndpoint.Exchange(method, code, pending.Verifier, pending.RedirectUri, ct), method);
        var account = await AccountOf(tokens, method, ct);
        await using var tx = await db.Begin(ct);
        var current = await integrations.Lock(row.Id, caller.ScopeId, ct);
        if ((await methods.Required(current, ct)).Client.Fingerprint != pending.Client)
            throw new ConflictException("configuration_changed", "The integration's client or token address was changed in the meantime. Start again.");
        var before = (await grants.Find(row.Id, ct))?.Account;
        var change = new JsonObject { ["account"] = new JsonObject { ["from"] = before?.ToString(), ["to"] = account?.ToString() } };
        if (before is not null && account is not null && before.Id != account.Id && !pending.Force)
        {
            await audit.Record(Action, "integration", row.Id, row.ScopePath, change, ct, "failure");
            await tx.Commit(ct);
            throw OtherAccount(before, account);
        }

        var grant = await grants.Put(row.Id, pending.Client, WithScopes(tokens, method.Client), account, pending.RedirectUri, ct);
        await audit.Record(Action, "integration", row.Id, row.ScopePath, change.WithSecrets(["access_token", "refresh_token"]), ct);
        // Its account was asked with the token: that was a real call, and it worked.
        if (account is not null)
            await health.Observe(row.Id, HealthLog.Call, new Observation(time.GetUtcNow(), true, null, null), null, ct);
        await tx.Commit(ct);
        return grant;
    }

    private static TokenAnswer.Tokens Granted(TokenAnswer answer, OAuthMethod method) => answer switch
    {
        TokenAnswer.Tokens tokens => tokens,
        TokenAnswer.Refused refused => throw new UpstreamException(
            422, "authorization_refused",
            $"{method.Client.TokenUrl.Host} did not exchange the code: {refused.Description ?? refused.Error} ({refused.Error}). Nothing was changed."),
        TokenAnswer.Unclear unclear => throw Failed(unclear.Reason, unclear.Message),
        _ => throw new UnreachableException(),
    };

    private static async Task<OAuthAccount?> AccountOf(TokenAnswer.Tokens tokens, OAuthMethod method, CancellationToken ct)
    {
        try
        {
            return await method.Account(new AccessToken(tokens.AccessToken, tokens.ExpiresAt, JsonElement.Parse(tokens.Rest.ToJsonString())), ct);
        }
        catch (CallFailed failed)
        {
            throw Failed(failed.Reason, failed.Message);
        }
    }

    // Nothing said about scopes means what was asked for (RFC 6749, 5.1).
    private static TokenAnswer.Tokens WithScopes(TokenAnswer.Tokens tokens, OAuthClient client) =>
        tokens with { Scopes = tokens.Scopes ?? client.Scope?.Split(' ', StringSplitOptions.RemoveEmptyEntries) };

    private static UpstreamException Failed(string reason, string message) =>
        new(reason is FailureReason.Timeout ? 504 : 502, "authorization_failed", $"{message} Nothing was changed; start again.");

    private static ConflictException OtherAccount(OAuthAccount before, OAuthAccount account) => new(
        "other_account",
        $"This integration was authorised by {before}, and now {account} granted access. Sign in at the provider as the former, "
            + "or start again with force=true to accept the other account.")
    {
        Extensions = new Dictionary<string, object?> { ["authorized_account"] = before.Id, ["granted_account"] = account.Id },
    };
}
