using Hub.SharedKernel.Outbound;

namespace Hub.Integrations.ConnectionTests.Jira;

/// <summary>Which product answers, as far as it says so without credentials.</summary>
/// <param name="Cloud">Cloud or Data Center.</param>
/// <param name="Title">For people.</param>
internal sealed record JiraServer(bool Cloud, string Title)
{
    public int ApiVersion => Cloud ? 3 : 2;

    public string Deployment => Cloud ? "cloud" : "data_center";

    /// <param name="configured">The setting: auto, cloud or data_center. It wins.</param>
    /// <param name="site">Whose address speaks where the server does not.</param>
    /// <param name="serverInfo">The answer to serverInfo, which may be anything.</param>
    /// <param name="knowsVersion3">Asks for what only Cloud has, where nothing else tells.</param>
    public static async Task<JiraServer> Of(string? configured, JiraSite site, OutboundResponse serverInfo, Func<Task<bool>> knowsVersion3)
    {
        var info = serverInfo.Status == 200 ? ProviderWords.JsonObject(serverInfo) : null;
        var cloud = configured switch
        {
            "cloud" => true,
            "data_center" => false,
            _ when info.Text("deploymentType") is { } said => said == "Cloud",
            _ => site.IsAtlassianSite || site.IsGateway || await knowsVersion3(),
        };
        var version = info.Text("version");
        return new JiraServer(cloud, cloud ? "Jira Cloud" : version is null ? "Jira Data Center" : $"Jira Data Center {version}");
    }
}
