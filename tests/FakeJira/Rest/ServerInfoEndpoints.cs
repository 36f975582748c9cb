namespace Hub.FakeJira;

/// <summary>What the product says about itself to anybody.</summary>
static class ServerInfoEndpoints
{
    public static void Map(RestApi api, IEndpointRouteBuilder app)
    {
        var jira = api.Jira;
        api.Map("GET", "/serverInfo", (context, view) => Reply.Json(context, 200, new
        {
            baseUrl = jira.Url,
            version = api.Cloud ? "1001.0.0-SNAPSHOT" : jira.Options.ServerVersion,
            versionNumbers = api.Cloud ? [1001, 0, 0] : jira.Options.ServerVersion.Split('.').Select(int.Parse).ToArray(),
            deploymentType = $"{jira.Options.Deployment}",
            buildNumber = api.Cloud ? 100_285 : 10_030_005,
            serverTime = JiraTime.Text(jira.Clock.GetUtcNow(), jira.ServerTimeZone),
            serverTitle = "Fake Jira",
            serverTimeZone = jira.ServerTimeZone.Id,
        }));
        if (api.Cloud) app.MapMethods("/_edge/tenant_info", ["GET"], context => Reply.Json(context, 200, new { cloudId = jira.Options.CloudId }));
    }
}
