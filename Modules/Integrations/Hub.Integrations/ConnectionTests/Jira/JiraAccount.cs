using Hub.Integrations.Health;
using Hub.SharedKernel.Outbound;

namespace Hub.Integrations.ConnectionTests.Jira;

/// <summary>Whose credential it is.</summary>
/// <param name="Id">accountId on Cloud, key or name on Data Center.</param>
internal sealed record JiraAccount(string Id, string DisplayName, string? Email, string? TimeZone)
{
    public string Identity => Email is null ? DisplayName : $"{DisplayName} ({Email})";
}

/// <summary>What an answer to <c>/myself</c> means. Only an account counts as success: anonymous answers and login pages look friendly too.</summary>
/// <param name="Account">Null when it failed.</param>
/// <param name="Status">The HTTP status.</param>
/// <param name="Reason">Why it failed.</param>
/// <param name="Message">The same for people.</param>
internal sealed record MyselfAnswer(JiraAccount? Account, int Status, string Reason, string Message)
{
    public static MyselfAnswer Of(OutboundResponse response, JiraServer server)
    {
        var (reason, message) = Judge(response, server);
        return new MyselfAnswer(reason is null ? AccountOf(response) : null, response.Status, reason ?? "", message);
    }

    private static (string? Reason, string Message) Judge(OutboundResponse response, JiraServer server) => response.Status switch
    {
        200 when Anonymous(response) => (FailureReason.Auth, $"{server.Title} ignored the credentials and answered as to a stranger."),
        200 when AccountOf(response) is not null => (null, ""),
        >= 200 and < 300 when ProviderWords.IsHtml(response) => (FailureReason.Auth, LoginPage),
        200 => (FailureReason.ProviderError, "The address answers, but not as Jira does: check it and its context path."),
        _ when Captcha(response) => (FailureReason.Auth, "Jira wants a captcha solved after too many failed logins: log in to Jira in a browser once with this account."),
        >= 300 and < 400 => Redirected(response),
        401 => (FailureReason.Auth, (server.Cloud ? "Jira refused the e-mail and token." : "Jira refused the token or password.") + Complaint(response)),
        403 => (FailureReason.Permission, "The account may not use this Jira, or the token lacks the permission." + Complaint(response)),
        404 => (FailureReason.NotFound, "There is no Jira API at this address: check it and its context path." + Complaint(response)),
        429 => (FailureReason.RateLimited, "Jira is throttling this account; try again later."),
        _ => (FailureReason.ProviderError, $"Jira answered with HTTP {response.Status}." + Complaint(response)),
    };

    private const string LoginPage =
        "The address answers with a web page instead of Jira's API: a login or single sign-on page stands before it. Let /rest/ pass there, or use the address behind it.";

    private static (string, string) Redirected(OutboundResponse response)
    {
        if (!Uri.TryCreate(response.FinalUrl, response.Header("Location") ?? "", out var target))
            return (FailureReason.ProviderError, $"Jira answered with HTTP {response.Status} and no usable address.");
        var marker = response.FinalUrl.AbsolutePath.IndexOf("/rest/api/", StringComparison.Ordinal);
        var path = marker < 0 ? "/rest/api/" : response.FinalUrl.AbsolutePath[marker..];
        return target.AbsolutePath.EndsWith(path, StringComparison.Ordinal)
            ? (FailureReason.Config, $"This Jira is at {target.GetLeftPart(UriPartial.Authority)}{target.AbsolutePath[..^path.Length]}: set that as the site address.")
            : (FailureReason.Auth, $"{LoginPage} It sends to {target.Host}.");
    }

    private static string Complaint(OutboundResponse response) => ProviderWords.Complaint(response);

    private static bool Anonymous(OutboundResponse response) => response.Header("X-AUSERNAME") is "anonymous";

    private static bool Captcha(OutboundResponse response) =>
        response.Header("X-Seraph-LoginReason")?.Contains("AUTHENTICATION_DENIED", StringComparison.OrdinalIgnoreCase) == true
        || response.Header("X-Authentication-Denied-Reason")?.Contains("CAPTCHA", StringComparison.OrdinalIgnoreCase) == true;

    private static JiraAccount? AccountOf(OutboundResponse response)
    {
        var body = ProviderWords.JsonObject(response);
        var id = body.Text("accountId") ?? body.Text("key") ?? body.Text("name") ?? body.Text("emailAddress");
        return id is null or "anonymous" ? null : new JiraAccount(id, body.Text("displayName") ?? id, body.Text("emailAddress"), body.Text("timeZone"));
    }
}
