using System.Text.Json;
using Hub.Integrations.Integrations;
using Hub.SharedKernel.Http;

namespace Hub.Integrations.Smtp.Settings;

/// <summary>
/// How a scope sends mail: its own SMTP integration, or the one it inherits. Of an inherited one above the caller's scope, only that it serves.
/// </summary>
/// <param name="IntegrationId">The integration behind it.</param>
/// <param name="ScopeId">The scope that the integration belongs to.</param>
/// <param name="Inherited">It belongs to a scope further up; PUT makes one of this scope's own.</param>
/// <param name="Enabled">Whether it is switched on.</param>
/// <param name="Status">configuring, active, inactive or error.</param>
/// <param name="HealthStatus">healthy, warning, error or unknown.</param>
/// <param name="Host">Name of the mail server.</param>
/// <param name="Port">587 for STARTTLS, 465 for TLS as a rule.</param>
/// <param name="Security">starttls, tls or none.</param>
/// <param name="AuthType">password, xoauth2 or none.</param>
/// <param name="Username">User of the login.</param>
/// <param name="Password">A placeholder when one is set.</param>
/// <param name="AuthMethod">auto, plain or login.</param>
/// <param name="FromAddress">Who sends.</param>
/// <param name="FromName">Shown beside the address.</param>
/// <param name="ReplyTo">Where answers go, if not to the sender.</param>
/// <param name="ClientId">Of the OAuth application.</param>
/// <param name="ClientSecret">A placeholder when one is set.</param>
/// <param name="AuthorizeUrl">Where a person grants access.</param>
/// <param name="TokenUrl">Where the grant becomes a token.</param>
/// <param name="Scope">What the grant is asked for.</param>
/// <param name="MissingFields">Required fields without a value.</param>
/// <param name="LastTestedAt">When the connection was last tested.</param>
/// <param name="LastTest">How that went.</param>
/// <param name="Version">Counts visible changes; the ETag.</param>
internal sealed record SmtpSettingsAnswer(
    long IntegrationId, long ScopeId, bool Inherited, bool Enabled, string Status, string HealthStatus, string? Host, int? Port, string? Security,
    string? AuthType, string? Username, string? Password, string? AuthMethod, string? FromAddress, string? FromName, string? ReplyTo, string? ClientId,
    string? ClientSecret, string? AuthorizeUrl, string? TokenUrl, string? Scope, IReadOnlyList<string> MissingFields, DateTimeOffset? LastTestedAt,
    LastTest? LastTest, long Version) : IVersioned
{
    /// <summary>
    /// What the integration itself sets, and the type's defaults where nothing else is set: a client that reads, changes one value and writes back does not
    /// make its own what it inherited.
    /// </summary>
    /// <param name="shown">The integration as the caller may see it.</param>
    /// <param name="effective">What its calls use; null when the caller may not see that.</param>
    /// <param name="scopeId">The scope that was asked about.</param>
    public static SmtpSettingsAnswer Of(IntegrationAnswer shown, EffectiveConfiguration? effective, long scopeId)
    {
        return new SmtpSettingsAnswer(
            shown.Id, shown.ScopeId, shown.ScopeId != scopeId, shown.Enabled, shown.Status, shown.HealthStatus, Text("host"),
            Value("port") is { ValueKind: JsonValueKind.Number } port && port.TryGetInt32(out var number) ? number : null,
            Text("security"), Text("auth_type"), Text("username"), Text("password"), Text("auth_method"), Text("from_address"), Text("from_name"),
            Text("reply_to"), Text("client_id"), Text("client_secret"), Text("authorize_url"), Text("token_url"), Text("scope"),
            shown.MissingFields, shown.LastTestedAt, shown.LastTest, shown.Version);

        string? Text(string field) => Value(field) is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;

        JsonElement? Value(string field) => shown.Configuration.TryGetValue(field, out var own) ? own : Default(field);

        JsonElement? Default(string field) =>
            effective is not null && effective.Schema.Fields.FirstOrDefault(f => f.Name == field)?.Default is { } usual
            && effective.Settings.TryGetValue(field, out var used) && JsonElement.DeepEquals(usual, used) ? used : null;
    }
}
