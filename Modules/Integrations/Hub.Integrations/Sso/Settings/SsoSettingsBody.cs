using System.Text.Json;
using System.Text.Json.Serialization;

namespace Hub.Integrations.Sso.Settings;

/// <summary>Settings as they are sent; each means what the field of this name of the type <c>sso</c> means.</summary>
/// <param name="Protocol">oidc (default), oauth2 or saml.</param>
/// <param name="Issuer">OpenID Connect.</param>
/// <param name="ClientId">OpenID Connect and OAuth 2.0.</param>
/// <param name="ClientSecret">The placeholder keeps the stored one.</param>
/// <param name="Scopes">Default: openid profile email.</param>
/// <param name="AuthorizeUrl">OAuth 2.0.</param>
/// <param name="TokenUrl">OAuth 2.0.</param>
/// <param name="UserinfoUrl">OAuth 2.0.</param>
/// <param name="TokenAuthMethod">client_secret_basic (default) or client_secret_post.</param>
/// <param name="MetadataUrl">SAML, for the test.</param>
/// <param name="EntityId">SAML.</param>
/// <param name="SsoUrl">SAML.</param>
/// <param name="X509Certificate">SAML: one or two certificates, PEM.</param>
/// <param name="NameIdFormat">SAML: email_address (default), persistent or unspecified.</param>
/// <param name="SubjectClaim">OAuth 2.0; default id.</param>
/// <param name="EmailClaim">Default email.</param>
/// <param name="NameClaim">Default name.</param>
/// <param name="RoleClaim">Default groups.</param>
/// <param name="RoleMapping">The hub's role for each value of the role claim.</param>
/// <param name="DefaultRole">none, viewer (default), manager or admin.</param>
/// <param name="AllowedDomains">Separated by commas; absent allows all that the provider lets in.</param>
/// <param name="Enabled">Default true. Only with false may required fields be missing.</param>
internal sealed record SsoSettingsBody(
    string? Protocol = null, string? Issuer = null, string? ClientId = null, string? ClientSecret = null, string? Scopes = null, string? AuthorizeUrl = null,
    string? TokenUrl = null, string? UserinfoUrl = null, string? TokenAuthMethod = null, string? MetadataUrl = null, string? EntityId = null,
    string? SsoUrl = null, [property: JsonPropertyName("x509_certificate")] string? X509Certificate = null,
    string? NameIdFormat = null, string? SubjectClaim = null, string? EmailClaim = null, string? NameClaim = null, string? RoleClaim = null,
    JsonElement? RoleMapping = null, string? DefaultRole = null, string? AllowedDomains = null, bool? Enabled = null)
{
    /// <summary>What was sent, by the type's field.</summary>
    internal Dictionary<string, JsonElement> Values() => new (string Field, object? Value)[]
    {
        ("protocol", Protocol), ("issuer", Issuer), ("client_id", ClientId), ("client_secret", ClientSecret), ("scopes", Scopes),
        ("authorize_url", AuthorizeUrl), ("token_url", TokenUrl), ("userinfo_url", UserinfoUrl), ("token_auth_method", TokenAuthMethod),
        ("metadata_url", MetadataUrl), ("entity_id", EntityId), ("sso_url", SsoUrl), ("x509_certificate", X509Certificate),
        ("name_id_format", NameIdFormat), ("subject_claim", SubjectClaim), ("email_claim", EmailClaim), ("name_claim", NameClaim),
        ("role_claim", RoleClaim), ("role_mapping", RoleMapping), ("default_role", DefaultRole), ("allowed_domains", AllowedDomains),
    }.Where(pair => pair.Value is not null).ToDictionary(pair => pair.Field, pair => JsonSerializer.SerializeToElement(pair.Value), StringComparer.Ordinal);

    public override string ToString() => nameof(SsoSettingsBody);
}
