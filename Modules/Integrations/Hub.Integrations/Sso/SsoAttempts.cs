using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Hub.Integrations.Integrations;
using Hub.Integrations.Sessions;
using Hub.SharedKernel.Data;

namespace Hub.Integrations.Sso;

/// <summary>One way to the identity provider and back.</summary>
/// <param name="IntegrationId">Which sign-in.</param>
/// <param name="RequestId">What a SAML response must name as the request it answers.</param>
/// <param name="ReturnTo">Where the browser goes afterwards.</param>
/// <param name="Person">Whom an accepted assertion was about.</param>
internal sealed record SsoAttempt(long IntegrationId, string RequestId, string ReturnTo, JsonElement? Person)
{
    public SsoPerson? Who => Person?.Deserialize<SsoPerson>(StoredJson.Options);
}

/// <summary>
/// Sign-ins under way: each is used once, within ten minutes, by the browser that began it. The database knows only hashes; what must stay secret
/// on the way (PKCE verifier, nonce) is derived from what the browser holds.
/// </summary>
internal sealed class SsoAttempts(Db db, TimeProvider time)
{
    public static readonly TimeSpan Lasts = TimeSpan.FromMinutes(10);

    public async Task<(string State, string RequestId)> Begin(long integrationId, string browser, string returnTo, CancellationToken ct)
    {
        var state = SessionToken.New();
        // An xs:ID must not begin with a digit.
        var requestId = "_" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(20));
        await db.Execute(Insert, new
        {
            state = SessionToken.Hash(state),
            browser = SessionToken.Hash(browser),
            integrationId,
            requestId,
            returnTo,
            expires = time.GetUtcNow() + Lasts,
        }, ct);
        return (state, requestId);
    }

    /// <summary>Uses it up.</summary>
    /// <exception cref="SsoRefusal">There is none of this browser, any more.</exception>
    public async Task<SsoAttempt> Take(string? state, string? browser, CancellationToken ct) =>
        state is null || browser is null ? throw Gone() : await db.First<SsoAttempt>(Delete, new
        {
            state = SessionToken.Hash(state),
            browser = SessionToken.Hash(browser),
            now = time.GetUtcNow(),
        }, ct) ?? throw Gone();

    /// <summary>For an assertion, which arrives without the browser's cookies: they are not sent along with another site's POST.</summary>
    /// <exception cref="SsoRefusal">There is none, or it has its assertion already.</exception>
    public async Task<SsoAttempt> Await(string? state, CancellationToken ct) =>
        state is null ? throw Gone() : await db.First<SsoAttempt>(Select, new { state = SessionToken.Hash(state), now = time.GetUtcNow() }, ct) ?? throw Gone();

    /// <summary>Keeps whom an assertion is about until the browser comes for it. Inside the caller's transaction.</summary>
    /// <exception cref="SsoRefusal">Another assertion was quicker.</exception>
    public async Task Keep(string state, SsoPerson person, CancellationToken ct)
    {
        var kept = JsonSerializer.SerializeToElement(person, StoredJson.Options);
        if (await db.Execute(Update, new { state = SessionToken.Hash(state), person = kept }, ct) == 0)
            throw Gone();
    }

    public static string Verifier(string browser, string state) => Derive(browser, "pkce", state);

    public static string Nonce(string browser, string state) => Derive(browser, "nonce", state);

    private static string Derive(string browser, string purpose, string state) =>
        Base64Url.EncodeToString(HMACSHA256.HashData(Encoding.UTF8.GetBytes(browser), Encoding.UTF8.GetBytes($"{purpose}:{state}")));

    private static SsoRefusal Gone() => new(SsoProblem.Expired, "No sign-in of this browser is under way, or it was used already.");

    private const string Insert = """
        insert into integrations.sso_attempts (state_hash, browser_hash, integration_id, request_id, return_to, expires_at)
        values (@state, @browser, @integrationId, @requestId, @returnTo, @expires)
        """;

    private const string Delete = """
        delete from integrations.sso_attempts
        where state_hash = @state and browser_hash = @browser and expires_at > @now
        returning integration_id, request_id, return_to, person
        """;

    private const string Select = """
        select integration_id, request_id, return_to, person
        from integrations.sso_attempts
        where state_hash = @state and expires_at > @now and person is null
        """;

    private const string Update = "update integrations.sso_attempts set person = @person where state_hash = @state and person is null";
}
