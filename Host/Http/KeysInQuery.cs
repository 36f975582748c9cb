namespace Hub.Host.Http;

internal static class KeysInQuery
{
    private const string Name = "access_token";

    /// <summary>
    /// A browser adds no header to a WebSocket, so SignalR's clients send the key as <c>?access_token=</c>. It becomes the header that it stands for,
    /// and leaves the address before anything can write that down. After <see cref="ApiPaths.UseApiPaths"/>.
    /// </summary>
    public static void UseKeysInQuery(this IApplicationBuilder app) => app.Use((context, next) =>
    {
        var request = context.Request;
        if (request.Path.StartsWithSegments(ApiPaths.Current + "/hubs") && request.Query.TryGetValue(Name, out var key))
        {
            if (request.Headers.Authorization.Count == 0)
                request.Headers.Authorization = $"Bearer {key}";
            request.QueryString = QueryString.Create(request.Query.Where(parameter => parameter.Key is not Name));
        }

        return next(context);
    });
}
