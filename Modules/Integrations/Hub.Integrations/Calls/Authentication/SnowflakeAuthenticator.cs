using System.Security.Cryptography;
using System.Text.Json.Nodes;

namespace Hub.Integrations.Calls.Authentication;

/// <summary>
/// Snowflake's key-pair authentication: a JWT of at most an hour that names account, user and the fingerprint of the public key.
/// https://docs.snowflake.com/en/developer-guide/sql-api/authenticating
/// </summary>
internal sealed class SnowflakeAuthenticator : IAuthenticator
{
    private const int LifetimeSeconds = 59 * 60;

    public string Kind => "snowflake_jwt";

    public Task Authenticate(CallDraft draft, AuthMethod method, CallContext context, CancellationToken ct)
    {
        using var key = PrivateKeys.Read(context.Required(method, "private_key"), context.Parameter(method, "passphrase"));
        var now = context.Time.GetUtcNow().ToUnixTimeSeconds();
        var user = $"{Account(context.Required(method, "account"))}.{context.Required(method, "username").ToUpperInvariant()}";
        var claims = new JsonObject { ["iss"] = $"{user}.{Fingerprint(key)}", ["sub"] = user, ["iat"] = now, ["exp"] = now + LifetimeSeconds };
        var jwt = Jwt.Signed(key, claims);
        context.Hide(jwt);
        draft.Headers["Authorization"] = $"Bearer {jwt}";
        return Task.CompletedTask;
    }

    /// <summary>
    /// The account as the JWT names it: upper case, without domain, region and cloud; for a <c>.global</c> address without what follows the hyphen.
    /// </summary>
    public static string Account(string host)
    {
        var name = host.Trim();
        foreach (var domain in new[] { ".snowflakecomputing.com", ".snowflakecomputing.cn" })
            if (name.EndsWith(domain, StringComparison.OrdinalIgnoreCase))
                name = name[..^domain.Length];
        var parts = name.Split('.');
        var account = parts.Length > 1 && parts[1].Equals("global", StringComparison.OrdinalIgnoreCase) ? parts[0].Split('-')[0] : parts[0];
        return account.ToUpperInvariant();
    }

    public static string Fingerprint(RSA key) => $"SHA256:{Convert.ToBase64String(SHA256.HashData(key.ExportSubjectPublicKeyInfo()))}";
}
