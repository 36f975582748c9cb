using System.Globalization;

namespace Hub.Integrations.OAuth;

/// <summary>What people are told who must grant access.</summary>
internal static class OAuthWords
{
    private const string Start = "/oauth/start";

    public static string StartPath(long integrationId) => string.Create(CultureInfo.InvariantCulture, $"/api/v1/integrations/{integrationId}{Start}");

    /// <summary>Whether a message is one of these.</summary>
    public static bool AskForPerson(string? message) => message?.Contains(Start, StringComparison.Ordinal) == true;

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
            ? $" A refresh begun at {since.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture)} UTC was never answered here; "
                + "the provider has probably replaced the token then."
            : "";
        return $"{host} does not accept the grant{whose} any more (invalid_grant). {Again(grant.IntegrationId)}{doubt}{said}";
    }

    public static string Ended(Grant grant) => $"The access token has ended, and the provider gave nothing to refresh it with. {Again(grant.IntegrationId)}";
}
