using System.Globalization;

namespace Hub.Integrations.OAuth;

/// <summary>What people are told who must grant access.</summary>
internal static class OAuthWords
{
    public static string StartPath(long integrationId) => string.Create(CultureInfo.InvariantCulture, $"/api/v1/integrations/{integrationId}/oauth/start");

    public static string NotAuthorised(long integrationId) => $"Not authorised yet: open {StartPath(integrationId)}.";

    public static string Again(long integrationId) => $"Authorise it again: open {StartPath(integrationId)}.";

    public static string Unreadable(long integrationId) =>
        $"The stored tokens cannot be decrypted: the keys they were encrypted with are lost. {Again(integrationId)}";

    /// <summary>Why a grant that was good is over.</summary>
    public static string Over(Grant grant, string host, string? words)
    {
        var whose = grant.Account is { } account ? $" of {account}" : "";
        var said = words is null ? "" : $" It says: {words.TrimEnd('.')}.";
        var doubt = grant.UnansweredSince is { } since
            ? string.Create(CultureInfo.InvariantCulture, $" A refresh begun at {since.UtcDateTime:yyyy-MM-dd HH:mm:ss}Z was never answered here; the provider has probably replaced the token then.")
            : "";
        return $"{host} does not accept the grant{whose} any more (invalid_grant).{said}{doubt} {Again(grant.IntegrationId)}";
    }

    public static string Ended(Grant grant) => $"The access token has ended, and the provider gave nothing to refresh it with. {Again(grant.IntegrationId)}";
}
