namespace Hub.FakeGithub;

/// <summary>Every endpoint of the site.</summary>
static class RestRoutes
{
    public static void Map(RestApi api)
    {
        AccountEndpoints.Map(api);
        RepositoryEndpoints.Map(api);
        CommitEndpoints.Map(api);
        ContentEndpoints.Map(api);
        PullEndpoints.Map(api);
        IssueEndpoints.Map(api);
        ReleaseEndpoints.Map(api);
        RunEndpoints.Map(api);
        HookEndpoints.Map(api);
        DeliveryEndpoints.Map(api);
    }
}
