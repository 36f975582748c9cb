namespace Hub.Integrations.Sessions;

/// <summary>How somebody signed in.</summary>
internal static class SessionMethod
{
    public const string Key = "key";
    public const string Oidc = "oidc";
    public const string OAuth2 = "oauth2";
    public const string Saml = "saml";
}
