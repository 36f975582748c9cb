using System.Globalization;
using System.Text.Json;

namespace Hub.Integrations.Health.Expiry;

/// <summary>When a credential ends, and how the hub knows.</summary>
/// <param name="At">The time.</param>
/// <param name="Source">provider, token, certificate or entered.</param>
/// <param name="Field">The field that holds the token or certificate.</param>
internal sealed record CredentialExpiry(DateTimeOffset At, string Source, string? Field = null)
{
    /// <summary>The provider told in answer to a call.</summary>
    public const string Provider = "provider";

    /// <summary>The token is a JWT with an <c>exp</c>.</summary>
    public const string Token = "token";

    /// <summary>A certificate's <c>notAfter</c>.</summary>
    public const string Certificate = "certificate";

    /// <summary>A person entered it.</summary>
    public const string Entered = "entered";

    private const string Detected = "credential_expires_at";

    /// <param name="detected">What the last test found out.</param>
    public static CredentialExpiry? Told(JsonElement detected) =>
        detected.ValueKind is JsonValueKind.Object && detected.TryGetProperty(Detected, out var value) && value.ValueKind is JsonValueKind.String
        && value.TryGetDateTimeOffset(out var at) ? new CredentialExpiry(at, Provider) : null;

    public static CredentialExpiry? Earliest(params IEnumerable<CredentialExpiry?> known) => known.OfType<CredentialExpiry>().MinBy(one => one.At);

    /// <summary>Its day, for messages.</summary>
    public string Day => At.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    public string HowKnown => Source switch
    {
        Provider => "the provider says",
        Token => $"the token in {Field} says",
        Certificate => $"the certificate in {Field} says",
        _ => "was entered by hand",
    };
}
