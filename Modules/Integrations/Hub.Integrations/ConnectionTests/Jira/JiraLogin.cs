using Hub.Integrations.Health;
using Hub.Integrations.Integrations;

namespace Hub.Integrations.ConnectionTests.Jira;

/// <summary>Tries the methods and addresses that a Jira may take the credentials by.</summary>
internal sealed class JiraLogin(EffectiveConfiguration subject, TestProbe probe, JiraSite site, JiraServer server)
{
    private const string Step = "auth";

    private readonly string? user = subject.Settings.Text("email");
    private readonly string token = subject.Secret("api_token")!;

    /// <exception cref="TestStopped">None worked; the message tells of the most telling one.</exception>
    public async Task<JiraEntry> Enter(CancellationToken ct)
    {
        if (server.Cloud && user is null && site.IsAtlassianSite && subject.Settings.Text("auth_type") is not "pat")
            throw probe.Failed(Step, FailureReason.Config, "Jira Cloud needs the e-mail address of the account beside its API token.");
        MyselfAnswer? refused = null;
        foreach (var method in JiraAuth.Candidates(server.Cloud, subject.Settings.Text("auth_type"), user is not null))
        {
            var (answer, entry) = await Try(site, method, ct);
            if (entry is not null)
                return Pass(entry);
            refused = answer;
            // Only a refused credential may be the other kind of credential.
            if (answer.Status != 401)
                break;
        }

        if (site.IsAtlassianSite && refused!.Status is 401 or 403 or 404 && await Gateway(ct) is { } gateway)
        {
            var (answer, entry) = await Try(gateway, user is null ? JiraAuth.Bearer : JiraAuth.Basic, ct);
            if (entry is not null)
                return Pass(entry);
            // The gateway knows tokens with scopes only; it speaks of scopes when it knows this one.
            if (answer.Message.Contains("scope", StringComparison.OrdinalIgnoreCase))
                refused = answer with { Reason = FailureReason.Permission };
        }

        throw probe.Failed(Step, refused!.Reason, refused.Message);
    }

    private async Task<(MyselfAnswer Answer, JiraEntry? Entry)> Try(JiraSite at, string method, CancellationToken ct)
    {
        var headers = JiraAuth.Headers(method, user, token);
        var response = await probe.Call(Step, JiraConnectionTest.Get(at.Api(server.ApiVersion, "myself"), headers), ct);
        var answer = MyselfAnswer.Of(response, server);
        return (answer, answer.Account is { } account ? new JiraEntry(at, server.ApiVersion, method, headers, account, response.Elapsed.TotalMilliseconds) : null);
    }

    private JiraEntry Pass(JiraEntry entry)
    {
        probe.Passed(Step, $"{entry.Account.Identity}, by {(entry.Method is JiraAuth.Basic ? "user and token" : "token")}{(entry.Site == site ? "" : " through the gateway")}", entry.LatencyMs);
        return entry;
    }

    // Credentials go to the gateway only for sites of Atlassian's own: for any other site that host is a stranger.
    private async Task<JiraSite?> Gateway(CancellationToken ct)
    {
        if (JiraSite.Gateway(subject.Settings.Text("cloud_id")) is { } configured)
            return configured;
        var response = await probe.Call(Step, JiraConnectionTest.Get(site.TenantInfo, new Dictionary<string, string>()), ct);
        return response.Status == 200 ? JiraSite.Gateway(ProviderWords.JsonObject(response).Text("cloudId")) : null;
    }
}
