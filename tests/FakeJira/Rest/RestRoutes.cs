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
        CreateMetaEndpoints.Map(api);
        IssueEndpoints.Map(api);
        TransitionEndpoints.Map(api);
        CommentEndpoints.Map(api);
        WorklogEndpoints.Map(api);
        LinkEndpoints.Map(api);
        PropertyEndpoints.Map(api);
        AdminWebhookEndpoints.Map(api, app);
        UserEndpoints.Map(api);
        EditMetaEndpoints.Map(api);
        if (api.Cloud)
        {
            CloudSearchEndpoints.Map(api);
            BulkFetchEndpoints.Map(api);
            ChangelogEndpoints.Map(api);
            DynamicWebhookEndpoints.Map(api);
        }
        else ServerSearchEndpoints.Map(api);
    }
}
