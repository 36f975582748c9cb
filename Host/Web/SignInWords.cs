namespace Hub.Host.Web;

/// <summary>What happened to a sign-in, in words for whoever tried. The codes come in the address of the login page.</summary>
internal static class SignInWords
{
    public const string InvalidKey = "invalid_key";
    public const string FormExpired = "form_expired";
    public const string TooMany = "too_many";
    public const string SignedOut = "signed_out";
    public const string NoTenant = "no_tenant";

    private static readonly Dictionary<string, string> Problems = new(StringComparer.Ordinal)
    {
        [InvalidKey] = "This API key is unknown, revoked or expired. Check that it was copied whole.",
        [FormExpired] = "The form was open for too long, or this browser keeps no cookies. Try again.",
        [TooMany] = "Too many attempts from this address. Wait a minute, then try again.",
        [NoTenant] = "Enter the short name of your organisation.",
        ["sso_unknown"] = "No single sign-on is set up for this organisation. Check its short name, or sign in with an API key.",
        ["sso_misconfigured"] = "Single sign-on of this organisation is not set up completely. Ask its administrator to test the connection.",
        ["sso_unavailable"] = "The identity provider cannot be reached or did not answer as it should. Try again later.",
        ["sso_refused"] = "The identity provider did not let you in.",
        ["sso_expired"] = "The sign-in took too long, was used already, or was started in another browser. Try again.",
        ["sso_invalid"] = "The identity provider's answer could not be trusted, so nobody was signed in. An administrator finds the reason in the audit log.",
        ["sso_encrypted"] = "The identity provider sent an encrypted assertion. Ask its administrator to send it signed and unencrypted.",
        ["sso_unverified"] = "The identity provider says that your e-mail address is not verified. Verify it there, then try again.",
        ["sso_domain"] = "Your e-mail address does not belong to a domain that may sign in here.",
        ["sso_no_role"] = "You are known, but no role here belongs to your groups. Ask an administrator of your organisation for access.",
    };

    /// <summary>Null for a code that is not one of ours: the address can be typed by anybody.</summary>
    public static string? Problem(string? code) => code is null ? null : Problems.GetValueOrDefault(code);

    public static string? Notice(string? code) => code is SignedOut ? "You are signed out." : null;
}
