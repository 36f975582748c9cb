using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Hub.SharedKernel.Access;

/// <summary>Authorisation by role. Every endpoint needs at least a viewer unless it says <c>AllowAnonymous</c>: forgetting fails closed.</summary>
public static class Roles
{
    public const string PlatformAdmin = "platform_admin";

    public static TBuilder RequireRole<TBuilder>(this TBuilder endpoint, Role role) where TBuilder : IEndpointConventionBuilder =>
        endpoint.RequireAuthorization(role.ToString());

    /// <summary>Admins of the platform scope only.</summary>
    public static TBuilder RequirePlatformAdmin<TBuilder>(this TBuilder endpoint) where TBuilder : IEndpointConventionBuilder =>
        endpoint.RequireAuthorization(PlatformAdmin);

    public static IServiceCollection AddRoles(this IServiceCollection services)
    {
        services.AddScoped<CallerAccessor>();
        services.AddScoped(provider => provider.GetRequiredService<CallerAccessor>().Current
            ?? throw new InvalidOperationException("There is no caller here: this runs outside of a request."));
        var authorization = services.AddAuthorizationBuilder();
        foreach (var role in Enum.GetValues<Role>())
            authorization.AddPolicy(role.ToString(), policy => policy.RequireAuthenticatedUser().RequireAssertion(context => Has(context, role)));
        authorization.AddPolicy(PlatformAdmin, policy => policy.RequireAuthenticatedUser()
            .RequireAssertion(context => Has(context, Role.Admin) && context.User.HasClaim("scope_id", "1")));
        authorization.SetFallbackPolicy(new AuthorizationPolicyBuilder().RequireAuthenticatedUser().Build());
        return services;
    }

    private static bool Has(AuthorizationHandlerContext context, Role wanted) =>
        Enum.TryParse<Role>(context.User.FindFirst("role")?.Value, out var role) && role >= wanted;
}
