using Hub.Integrations.Contracts;
using Hub.SharedKernel.Access;
using Hub.SharedKernel.Http;
using MediatR;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Mvc;

namespace Hub.Host.Web;

/// <summary><c>/login</c> and <c>/logout</c>: plain forms, for people, without scripts.</summary>
internal static class SignInPages
{
    public const string Start = "/docs";
    private const long MaxForm = 16 * 1024;

    public static void MapSignInPages(this IEndpointRouteBuilder app)
    {
        var pages = app.MapGroup("").AllowAnonymous().ExcludeFromDescription().WithMetadata(AnswersWithPages.Instance, new RequestSizeLimitAttribute(MaxForm));
        pages.MapGet("/login", (HttpContext context, string? problem, string? return_to, string? tenant) =>
            LoginPage.Write(context, new LoginPage.Form(problem, Local(return_to), tenant)));
        pages.MapPost("/login", SignIn).RequireRateLimiting(SignInLimit.Policy);
        pages.MapGet("/login/sso", ToIdentityProvider);
        pages.MapGet("/logout", LogoutPage.Write);
        pages.MapPost("/logout", SignOut);
    }

    private static async Task SignIn(HttpContext context, IAntiforgery antiforgery, SessionCookie cookie, IMediator mediator)
    {
        if (!await antiforgery.IsRequestValidAsync(context))
        {
            await Refuse(context, SignInWords.FormExpired, null);
            return;
        }

        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        var returnTo = Local(form["return_to"]);
        var key = form["key"].ToString().Trim();
        var started = key.Length is 0 or > 512 ? null : await mediator.Send(new StartKeySession(key, SessionCookie.Token(context)), context.RequestAborted);
        if (started is null)
        {
            await Refuse(context, SignInWords.InvalidKey, returnTo);
            return;
        }

        cookie.Write(context, started.Token);
        SeeOther(context, returnTo ?? Start);
    }

    private static void ToIdentityProvider(HttpContext context, string? tenant, string? return_to)
    {
        var query = Local(return_to) is { } local ? QueryString.Create("return_to", local) : QueryString.Empty;
        SeeOther(context, tenant?.Trim().ToLowerInvariant() is { Length: > 0 and <= 100 } slug
            ? $"/auth/sso/{Uri.EscapeDataString(slug)}{query}"
            : "/login" + query.Add("problem", SignInWords.NoTenant));
    }

    private static async Task SignOut(HttpContext context, IAntiforgery antiforgery, SessionCookie cookie, IMediator mediator)
    {
        if (!await antiforgery.IsRequestValidAsync(context))
        {
            SeeOther(context, "/logout");
            return;
        }

        if (SessionCookie.Token(context) is { } token)
            await mediator.Send(new EndSession(token), context.RequestAborted);
        cookie.Remove(context);
        SeeOther(context, $"/login?problem={SignInWords.SignedOut}");
    }

    private static Task Refuse(HttpContext context, string problem, string? returnTo)
    {
        context.Response.StatusCode = StatusCodes.Status400BadRequest;
        return LoginPage.Write(context, new LoginPage.Form(problem, returnTo));
    }

    private static string? Local(string? path) => LocalPath.IsLocal(path) ? path : null;

    private static void SeeOther(HttpContext context, string path)
    {
        context.Response.StatusCode = StatusCodes.Status303SeeOther;
        context.Response.Headers.Location = path;
        context.Response.Headers.CacheControl = "no-store";
    }
}
