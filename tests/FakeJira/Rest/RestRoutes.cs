namespace Hub.FakeJira;

/// <summary>Every endpoint of the site.</summary>
static class RestRoutes
{
    public static void Map(RestApi api, IEndpointRouteBuilder app)
    {
        ServerInfoEndpoints.Map(api, app);
        MyselfEndpoints.Map(api);
        ProjectEndpoints.Map(api);
        FieldEndpoints.Map(api);
        IssueEndpoints.Map(api);
        TransitionEndpoints.Map(api);
        CommentEndpoints.Map(api);
        if (api.Cloud)
        {
            CloudSearchEndpoints.Map(api);
            BulkFetchEndpoints.Map(api);
        }
        else ServerSearchEndpoints.Map(api);
    }
}
