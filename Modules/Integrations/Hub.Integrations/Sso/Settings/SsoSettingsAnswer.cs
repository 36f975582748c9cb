using System.Text.Json;
using System.Text.Json.Serialization;
using Hub.Integrations.Integrations;
using Hub.SharedKernel.Http;

namespace Hub.Integrations.Sso.Settings;

/// <summary>How a scope's people sign in. Fields as the type <c>sso</c> has them; what is not set here and has no default is null.</summary>
/// <param name="IntegrationId">The integration behind it.</param>
/// <param name="ScopeId">The scope.</param>
/// <param name="Enabled">Whether it is switched on.</param>
/// <param name="Status">configuring, active, inactive or error.</param>
/// <param name="HealthStatus">healthy, warning, error or unknown.</param>
/// <param name="Hub">What the identity provider has to know of this hub.</param>
/// <param name="Protocol">oidc, oauth2 or saml.</param>
/// <param name="Issuer">OpenID Connect: the provider's issuer.</param>
/// <param name="ClientId">Of the application registered for the hub.</param>
/// <param name="ClientSecret">A placeholder when one is set.</param>
/// <param name="Scopes">What the provider is asked for.</param>
/// <param name="AuthorizeUrl">OAuth 2.0: where people sign in.</param>
/// <param name="TokenUrl">OAuth 2.0: where the code becomes a token.</param>
/// <param name="UserinfoUrl">OAuth 2.0: the profile.</param>
/// <param name="TokenAuthMethod">client_secret_basic or client_secret_post.</param>
/// <param name="MetadataUrl">SAML: the provider's metadata, for the test.</param>
/// <param name="EntityId">SAML: the provider's name.</param>
/// <param name="SsoUrl">SAML: where people sign in.</param>
/// <param name="X509Certificate">SAML: one or two certificates, PEM.</param>
/// <param name="NameIdFormat">SAML: email_address, persistent or unspecified.</param>
/// <param name="SubjectClaim">OAuth 2.0: what identifies a user for good.</param>
/// <param name="EmailClaim">Where the e-mail address is.</param>
/// <param name="NameClaim">Where the name is.</param>
/// <param name="RoleClaim">Where groups or roles are.</param>
/// <param name="RoleMapping">The hub's role for each value of the role claim.</param>
/// <param name="DefaultRole">none, viewer, manager or admin.</param>
/// <param name="AllowedDomains">Of e-mail addresses, separated by commas.</param>
/// <param name="MissingFields">Required fields without a value.</param>
/// <param name="LastTestedAt">When the connection was last tested.</param>
/// <param name="LastTest">How that went.</param>
/// <param name="Version">Counts visible changes; the ETag.</param>
internal sealed record SsoSettingsAnswer(
    long IntegrationId, long ScopeId, bool Enabled, string Status, string HealthStatus, SsoHubPart Hub, string? Protocol, string? Issuer, string? ClientId,
    string? ClientSecret, string? Scopes, string? AuthorizeUrl, string? TokenUrl, string? UserinfoUrl, string? TokenAuthMethod, string? MetadataUrl,
    string? EntityId, string? SsoUrl,
    [property: JsonPropertyName("x509_certificate")] string? X509Certificate,
    string? NameIdFormat, string? SubjectClaim, string? EmailClaim, string? NameClaim, string? RoleClaim, JsonElement? RoleMapping, string? DefaultRole,
    string? AllowedDomains, IReadOnlyList<string> MissingFields, DateTimeOffset? LastTestedAt, LastTest? LastTest, long Version) : IVersioned
{
    /// <param name="shown">The integration as the caller may see it.</param>
    /// <param name="defaults">The type's defaults by field.</param>
    /// <param name="hub">Addresses of this hub.</param>
    public static SsoSettingsAnswer Of(IntegrationAnswer shown, IReadOnlyDictionary<string, JsonElement> defaults, SsoHubPart hub)
    {
        return new SsoSettingsAnswer(
            shown.Id, shown.ScopeId, shown.Enabled, shown.Status, shown.HealthStatus, hub, Text("protocol"), Text("issuer"), Text("client_id"),
            Text("client_secret"), Text("scopes"), Text("authorize_url"), Text("token_url"), Text("userinfo_url"), Text("token_auth_method"),
            Text("metadata_url"), Text("entity_id"), Text("sso_url"), Text("x509_certificate"), Text("name_id_format"), Text("subject_claim"),
            Text("email_claim"), Text("name_claim"), Text("role_claim"), Value("role_mapping"), Text("default_role"), Text("allowed_domains"),
            shown.MissingFields, shown.LastTestedAt, shown.LastTest, shown.Version);

        string? Text(string field) => Value(field) is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;

        JsonElement? Value(string field) =>
            shown.Configuration.TryGetValue(field, out var own) ? own : defaults.TryGetValue(field, out var usual) ? usual : null;
    }
}

/// <param name="SignInUrl">Where people start.</param>
/// <param name="RedirectUri">To register for OpenID Connect and OAuth 2.0.</param>
/// <param name="AcsUrl">SAML: the assertion consumer service.</param>
/// <param name="EntityId">SAML: this hub's name, and the audience.</param>
/// <param name="MetadataUrl">SAML: all of that as XML.</param>
internal sealed record SsoHubPart(string SignInUrl, string RedirectUri, string AcsUrl, string EntityId, string MetadataUrl)
{
    public static SsoHubPart Of(SsoWay way, string? slug, long integrationId)
    {
        var entityId = way.EntityIdOf(slug, integrationId);
        return new SsoHubPart(way.StartOf(slug, integrationId), way.Callback, way.Acs, entityId, entityId);
    }
}
