using Hub.Host.Authentication;
using Hub.SharedKernel.Access;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Hub.Host.OpenApi;

/// <summary>Title, conventions and the ways to authenticate; on every operation but the public ones.</summary>
internal sealed class DescribeApi : IOpenApiDocumentTransformer
{
    private const string Bearer = "bearer";
    private const string Session = "session";

    public Task TransformAsync(OpenApiDocument document, OpenApiDocumentTransformerContext context, CancellationToken cancellationToken)
    {
        document.Info = new OpenApiInfo
        {
            Title = "Integration Hub",
            Version = "v1",
            License = new OpenApiLicense { Name = "MIT", Identifier = "MIT" },
            Description = """
                Integrations with encrypted credentials, synchronised tickets and verified webhooks.

                JSON is snake_case both ways and unknown fields are refused. Lists are `{items, next_cursor}` with `limit` (1-200) and `cursor`.
                Errors are `application/problem+json` with a stable `code`, a `trace_id` and, for invalid input, `errors` by JSON path.
                Single resources carry an `ETag`; changes honour `If-Match`. A POST with an `Idempotency-Key` can be repeated safely for 24 hours.
                """,
        };
        document.Servers = [];
        document.Components ??= new OpenApiComponents();
        document.Components.SecuritySchemes ??= new Dictionary<string, IOpenApiSecurityScheme>();
        document.Components.SecuritySchemes[Bearer] = new OpenApiSecurityScheme
        {
            Type = SecuritySchemeType.Http,
            Scheme = Bearer,
            Description = "An API key: Authorization: Bearer hub_...",
        };
        document.Components.SecuritySchemes[Session] = new OpenApiSecurityScheme
        {
            Type = SecuritySchemeType.ApiKey,
            In = ParameterLocation.Cookie,
            Name = SessionCookie.Name,
            Description = $"A session of a browser (POST /api/v1/auth/sessions, or /login). Requests that change something also need the header {CsrfProtection.Header}.",
        };
        document.Components.Schemas ??= new Dictionary<string, IOpenApiSchema>();
        document.Components.Schemas["Problem"] = ProblemSchema.Create();

        var publicPaths = context.DescriptionGroups.SelectMany(group => group.Items)
            .Where(item => item.ActionDescriptor.EndpointMetadata.OfType<Microsoft.AspNetCore.Authorization.IAllowAnonymous>().Any())
            .Select(item => ("/" + item.RelativePath, item.HttpMethod)).ToHashSet();
        var byKey = new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(Bearer, document)] = [] };
        var bySession = new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(Session, document)] = [] };
        foreach (var (path, item) in document.Paths)
            foreach (var (method, operation) in item.Operations ?? [])
                if (!publicPaths.Contains((path, method.Method)))
                    operation.Security = [byKey, bySession];
        return Task.CompletedTask;
    }
}
