using System.Text.Json.Nodes;
using Hub.Integrations.Health;
using Hub.Integrations.Integrations;
using Hub.SharedKernel.Outbound;

namespace Hub.Integrations.ConnectionTests.Jira;

/// <summary>
/// Proves a Jira's credentials with <c>/myself</c>, the one read that never answers strangers, then that projects can be read. Finds out on the way which
/// product it is, which method it takes, and whether a token with scopes must go through Atlassian's gateway.
/// </summary>
internal sealed class JiraConnectionTest : IConnectionTest
{
    public string Type => "jira";

    public async Task<Finding> Run(EffectiveConfiguration subject, TestProbe probe, CancellationToken ct)
    {
        var site = JiraSite.Of(subject.Settings.Text("base_url")!);
        if (subject.Settings.Text("auth_type") is "basic" && subject.Settings.Text("email") is null)
            throw probe.Failed("config", FailureReason.Config, "The method basic needs an e-mail or user name beside the token.");
        probe.Passed("config", $"Site {site.Base}");
        // Without credentials: it is asked before anything is known of who answers, and any answer will do.
        var info = await probe.Connect("auth", Get(site.Api(2, "serverInfo"), Stranger), ct);
        var server = await JiraServer.Of(subject.Settings.Text("deployment"), site, info, async () => KnowsAccounts(await probe.Call("auth", Get(site.Api(3, "myself"), Stranger), ct)));
        var entry = await new JiraLogin(subject, probe, site, server).Enter(ct);
        await new JiraReading(subject, probe, entry).Check(ct);
        return new Finding($"Connected to {server.Title} as {entry.Account.DisplayName}.", entry.Account.Identity, entry.LatencyMs, Detected(server, entry));
    }

    private static readonly Dictionary<string, string> Stranger = new() { ["Accept"] = "application/json" };

    // A Data Center has no version 3; a stranger is refused by JSON where there is one.
    private static bool KnowsAccounts(OutboundResponse answer) => answer.Status is 200 or 401 && ProviderWords.JsonObject(answer) is not null;

    internal static OutboundRequest Get(Uri url, IReadOnlyDictionary<string, string> headers) => new() { Method = HttpMethod.Get, Url = url, Headers = headers };

    private static JsonObject Detected(JiraServer server, JiraEntry entry) => new()
    {
        ["deployment"] = server.Deployment,
        ["api_base"] = entry.Site.Base,
        ["api_version"] = entry.ApiVersion,
        ["auth"] = entry.Method,
        ["account_id"] = entry.Account.Id,
        ["display_name"] = entry.Account.DisplayName,
        ["time_zone"] = entry.Account.TimeZone,
    };
}

/// <summary>A way in that worked.</summary>
internal sealed record JiraEntry(JiraSite Site, int ApiVersion, string Method, IReadOnlyDictionary<string, string> Headers, JiraAccount Account, double LatencyMs)
{
    public override string ToString() => $"Entry to {Site.Base}";
}
