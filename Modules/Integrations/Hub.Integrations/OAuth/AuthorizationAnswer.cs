namespace Hub.Integrations.OAuth;

/// <summary>Whether and by whom an integration is authorised. Tokens are never shown.</summary>
/// <param name="IntegrationId">Which integration.</param>
/// <param name="Status">not_authorized, active, or reauthorization_required.</param>
/// <param name="Message">What is wrong and what to do; null when nothing is.</param>
/// <param name="Account">Who granted; null where the type cannot tell.</param>
/// <param name="Scopes">What was granted.</param>
/// <param name="ExpiresAt">When the access token ends; it is refreshed before.</param>
/// <param name="AuthorizedAt">When access was granted.</param>
/// <param name="LastRefreshedAt">The last refresh.</param>
/// <param name="NextRefreshAt">The next one at the latest, unless a call needs it sooner.</param>
/// <param name="StartUrl">Where to authorise, or authorise again.</param>
internal sealed record AuthorizationAnswer(
    long IntegrationId, string Status, string? Message, OAuthAccount? Account, IReadOnlyList<string> Scopes, DateTimeOffset? ExpiresAt,
    DateTimeOffset? AuthorizedAt, DateTimeOffset? LastRefreshedAt, DateTimeOffset? NextRefreshAt, string StartUrl)
{
    public static AuthorizationAnswer Of(long integrationId, Grant grant) => new(
        integrationId, grant.Status, grant.Message, grant.Account, grant.Scopes, grant.ExpiresAt, grant.AuthorizedAt,
        grant.LastRefreshedAt, grant.NextRefreshAt, OAuthWords.StartPath(integrationId));

    public static AuthorizationAnswer None(long integrationId, string message) =>
        new(integrationId, "not_authorized", message, null, [], null, null, null, null, OAuthWords.StartPath(integrationId));
}
