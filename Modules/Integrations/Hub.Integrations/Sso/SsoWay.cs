using Hub.SharedKernel.Http;
using Microsoft.AspNetCore.Http;

namespace Hub.Integrations.Sso;

/// <summary>The addresses of this hub that identity providers know.</summary>
/// <param name="Base">The hub's own address.</param>
internal sealed record SsoWay(string Base)
{
    public string Callback => $"{Base}/auth/sso/callback";

    public string Acs => $"{Base}/auth/sso/acs";

    /// <summary>Where people of this place start.</summary>
    public string StartOf(string? slug, long integrationId) => slug is null ? $"{Base}/auth/sso?integration_id={integrationId}" : $"{Base}/auth/sso/{slug}";

    /// <summary>The address of this hub's metadata for this place, which is also the name it goes by there (SAML calls it entity id and audience).</summary>
    public string EntityIdOf(string? slug, long integrationId) =>
        slug is null ? $"{Base}/auth/sso/metadata?integration_id={integrationId}" : $"{Base}/auth/sso/{slug}/metadata";

    public static SsoWay Of(HttpContext context, PublicAddress address) => new(address.Of(context.Request));
}

/// <summary>Sends browsers on; those whose sign-in failed to the login page, which has the words.</summary>
internal static class SsoRedirects
{
    public static IResult On(HttpContext context, string address)
    {
        context.Response.Headers.CacheControl = "no-store";
        context.Response.StatusCode = StatusCodes.Status303SeeOther;
        context.Response.Headers.Location = address;
        return Results.Empty;
    }

    public static IResult ToLogin(HttpContext context, string problem, string? tenant = null, string? returnTo = null)
    {
        var query = QueryString.Create("problem", problem);
        if (tenant is not null)
            query = query.Add("tenant", tenant);
        if (LocalPath.IsLocal(returnTo) && returnTo != SignedIn)
            query = query.Add("return_to", returnTo!);
        return On(context, $"/login{query}");
    }

    /// <summary>Where a sign-in leads that began nowhere in particular.</summary>
    public const string SignedIn = "/docs";
}
