using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Hub.Host.OpenApi;

/// <summary>The OpenAPI 3.1 document at <c>/openapi/v1.json</c> and its readable form at <c>/docs</c>.</summary>
internal static class HubOpenApi
{
    public static void AddHubOpenApi(this IServiceCollection services)
    {
        services.AddOpenApi("v1", options =>
        {
            options.OpenApiVersion = OpenApiSpecVersion.OpenApi3_1;
            options.CreateSchemaReferenceId = info => OpenApiOptions.CreateDefaultSchemaReferenceId(info) is null ? null : NameOf(info.Type);
            options.AddDocumentTransformer<DescribeApi>();
            options.AddOperationTransformer<DescribeErrors>();
            options.AddSchemaTransformer<DescribeTimes>();
        });
        services.AddOutputCache(cache => cache.AddPolicy("openapi", policy => policy.Expire(TimeSpan.FromHours(1))));
    }

    public static void MapHubOpenApi(this IEndpointRouteBuilder app) =>
        app.MapOpenApi("/openapi/{documentName}.json").AllowAnonymous().CacheOutput("openapi");

    /// <summary>The reference is static files: it comes before authentication, which guards every path it does not know.</summary>
    public static void UseApiReference(this IApplicationBuilder app) => app.UseSwaggerUI(ui =>
    {
        ui.RoutePrefix = "docs";
        ui.DocumentTitle = "Integration Hub API";
        ui.SwaggerEndpoint("/openapi/v1.json", "Integration Hub v1");
    });

    // Slices nest their request and answer types: StartRun.Request becomes StartRunRequest.
    private static string NameOf(Type type)
    {
        var name = type.IsGenericType ? string.Concat(type.GetGenericArguments().Select(NameOf)) + type.Name[..type.Name.IndexOf('`', StringComparison.Ordinal)] : type.Name;
        return type.DeclaringType is { } slice && !type.IsGenericParameter ? NameOf(slice) + name : name;
    }
}
