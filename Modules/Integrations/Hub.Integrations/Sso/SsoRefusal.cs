using Hub.Integrations.Health;

namespace Hub.Integrations.Sso;

/// <summary>Why a sign-in ended without a session: what the login page has words for.</summary>
internal static class SsoProblem
{
    public const string Unknown = "sso_unknown";
    public const string Misconfigured = "sso_misconfigured";
    public const string Unavailable = "sso_unavailable";
    public const string Refused = "sso_refused";
    public const string Expired = "sso_expired";
    public const string Invalid = "sso_invalid";
    public const string Encrypted = "sso_encrypted";
    public const string Unverified = "sso_unverified";
    public const string Domain = "sso_domain";
    public const string NoRole = "sso_no_role";
}

/// <summary>A sign-in that ends without a session.</summary>
/// <param name="code">For the person, one of <see cref="SsoProblem"/>.</param>
/// <param name="message">For the administrator, in the audit log. It never holds a token or an assertion.</param>
/// <param name="health">What it says about the integration's health, a reason of <c>FailureReason</c>; null nothing.</param>
internal sealed class SsoRefusal(string code, string message, string? health = null) : Exception(message)
{
    public string Code { get; } = code;

    public string? Health { get; } = health;

    public static SsoRefusal Invalid(string message) => new(SsoProblem.Invalid, message);

    public static SsoRefusal Misconfigured(string message) => new(SsoProblem.Misconfigured, message, FailureReason.Config);
}
