using System.Buffers.Text;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using Hub.Integrations.Integrations;

namespace Hub.Integrations.Health.Expiry;

/// <summary>
/// Reads from credentials themselves when they end: the <c>exp</c> of a JWT (RFC 7519) and the <c>notAfter</c> of a PEM certificate (RFC 7468), of a chain
/// its first one, which is the holder's own. What is neither says nothing; nothing is verified, because it is only asked for its date.
/// </summary>
internal static class ExpiryFinder
{
    private const int LongestToken = 16 * 1024;
    private static readonly DateTimeOffset Sane = new(2000, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public static CredentialExpiry? In(EffectiveConfiguration configuration)
    {
        var secrets = configuration.Secrets.Values.Select(secret => Of(secret.Key, secret.Value));
        var settings = configuration.Settings.Where(setting => setting.Value.ValueKind is JsonValueKind.String)
            .Select(setting => Certificate(setting.Key, setting.Value.GetString()!));
        return CredentialExpiry.Earliest(secrets.Concat(settings));
    }

    /// <param name="field">Whose value it is.</param>
    /// <param name="value">A secret in plain text.</param>
    public static CredentialExpiry? Of(string field, string value) => Jwt(field, value.Trim()) ?? Certificate(field, value);

    private static CredentialExpiry? Jwt(string field, string value)
    {
        if (value.Length > LongestToken || value.Split('.') is not [var header, var payload, _]
            || Json(header) is not { } head || !head.TryGetProperty("alg", out _) || Json(payload) is not { } claims)
            return null;
        return claims.TryGetProperty("exp", out var exp) && exp.ValueKind is JsonValueKind.Number && exp.TryGetDouble(out var seconds)
            && seconds >= Sane.ToUnixTimeSeconds() && seconds <= DateTimeOffset.MaxValue.ToUnixTimeSeconds()
            ? new CredentialExpiry(DateTimeOffset.FromUnixTimeSeconds((long)seconds), CredentialExpiry.Token, field)
            : null;
    }

    private static JsonElement? Json(string part)
    {
        try
        {
            var json = JsonElement.Parse(Encoding.UTF8.GetString(Base64Url.DecodeFromChars(part)));
            return json.ValueKind is JsonValueKind.Object ? json : null;
        }
        catch (Exception fault) when (fault is FormatException or JsonException)
        {
            return null;
        }
    }

    private static CredentialExpiry? Certificate(string field, string value)
    {
        if (!value.Contains("-----BEGIN CERTIFICATE-----", StringComparison.Ordinal))
            return null;
        try
        {
            using var certificate = X509Certificate2.CreateFromPem(value);
            return new CredentialExpiry(certificate.NotAfter.ToUniversalTime(), CredentialExpiry.Certificate, field);
        }
        catch (CryptographicException)
        {
            return null;
        }
    }
}
