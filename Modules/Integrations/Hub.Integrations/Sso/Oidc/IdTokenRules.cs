using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Hub.Integrations.Sso.Oidc;

/// <summary>What an id_token must say to be believed (OpenID Connect Core 1.0, section 3.1.3.7).</summary>
/// <param name="Issuer">Who must have made it.</param>
/// <param name="ClientId">For whom.</param>
/// <param name="Nonce">In answer to which request.</param>
/// <param name="AccessToken">What came along with it.</param>
internal sealed record IdTokenRules(string Issuer, string ClientId, string Nonce, string? AccessToken)
{
    public static readonly TimeSpan Skew = TimeSpan.FromMinutes(2);

    /// <returns>The subject.</returns>
    /// <exception cref="SsoRefusal">It is not to be believed.</exception>
    public string Check(IdToken token, JsonWebKeys keys, DateTimeOffset now)
    {
        if (!token.IsSignedBy(keys))
            throw SsoRefusal.Invalid("The id_token's signature is not by one of the provider's keys.");
        var claims = token.Claims;
        if (claims.TextOf("iss") != Issuer)
            throw SsoRefusal.Invalid("The id_token is of another issuer.");
        CheckAudience(claims);
        CheckTimes(claims, now);
        if (!Same(claims.TextOf("nonce"), Nonce))
            throw SsoRefusal.Invalid("The id_token answers another request: its nonce is not ours.");
        CheckAccessToken(claims, token.Algorithm);
        return claims.TextOf("sub") is { Length: > 0 } subject ? subject : throw SsoRefusal.Invalid("The id_token has no subject.");
    }

    private void CheckAudience(JsonElement claims)
    {
        var audiences = !claims.TryGetProperty("aud", out var aud) ? []
            : aud.ValueKind is JsonValueKind.Array ? aud.EnumerateArray().Select(one => one.AsText()).ToArray()
            : [claims.TextOf("aud")];
        var party = claims.TextOf("azp");
        if (!audiences.Contains(ClientId, StringComparer.Ordinal))
            throw SsoRefusal.Invalid("The id_token is for another application.");
        if (party is null ? audiences.Length > 1 : party != ClientId)
            throw SsoRefusal.Invalid("The id_token was issued to another application.");
    }

    private static void CheckTimes(JsonElement claims, DateTimeOffset now)
    {
        if (Time(claims, "exp") is not { } expires || expires + Skew <= now)
            throw SsoRefusal.Invalid("The id_token has expired, or does not say when it does.");
        if (Time(claims, "iat") is not { } issued || issued - Skew > now)
            throw SsoRefusal.Invalid("The id_token comes from the future, or does not say when it was issued. Are the clocks right?");
        if (Time(claims, "nbf") is { } starts && starts - Skew > now)
            throw SsoRefusal.Invalid("The id_token is not valid yet.");
    }

    private void CheckAccessToken(JsonElement claims, JwsAlgorithm algorithm)
    {
        if (!claims.TryGetProperty("at_hash", out _))
            return;
        var hash = AccessToken is null ? [] : CryptographicOperations.HashData(algorithm.Hash, Encoding.ASCII.GetBytes(AccessToken));
        if (!Same(claims.TextOf("at_hash"), Base64Url.EncodeToString(hash.AsSpan(0, hash.Length / 2))))
            throw SsoRefusal.Invalid("The id_token belongs to another access token.");
    }

    private static bool Same(string? said, string expected) =>
        said is not null && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(said), Encoding.UTF8.GetBytes(expected));

    private static DateTimeOffset? Time(JsonElement claims, string member) =>
        claims.TryGetProperty(member, out var value) && value.ValueKind is JsonValueKind.Number && value.TryGetDouble(out var seconds)
        && seconds is > 0 and < 253402300799 ? DateTimeOffset.UnixEpoch + TimeSpan.FromSeconds(seconds) : null;
}
