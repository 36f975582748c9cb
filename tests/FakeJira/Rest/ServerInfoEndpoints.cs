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
            version = api.Cloud ? "1001.0.0-SNAPSHOT" : "10.3.5",
            versionNumbers = api.Cloud ? [1001, 0, 0] : new[] { 10, 3, 5 },
            deploymentType = $"{jira.Options.Deployment}",
            buildNumber = api.Cloud ? 100_285 : 10_030_005,
            serverTime = view.Time(jira.Clock.GetUtcNow()),
            serverTitle = "Fake Jira",
            serverTimeZone = jira.Options.TimeZone,
        }));
        if (api.Cloud) app.MapMethods("/_edge/tenant_info", ["GET"], context => Reply.Json(context, 200, new { cloudId = jira.Options.CloudId }));
    }
}
