using Microsoft.AspNetCore.Antiforgery;

namespace Hub.Host.Web;

/// <summary>Asks before signing out: a link from elsewhere must not do it.</summary>
internal static class LogoutPage
{
    public static Task Write(HttpContext context)
    {
        var token = context.RequestServices.GetRequiredService<IAntiforgery>().GetAndStoreTokens(context);
        return Page.Write(context, "Sign out", $"""
            <p>This ends your session in this browser at once.</p>
            <form method="post" action="/logout">
            <input type="hidden" name="{token.FormFieldName}" value="{Page.Text(token.RequestToken)}">
            <button>Sign out</button>
            </form>
            <p class="hint"><a href="/docs">Back to the API reference</a></p>
            """);
    }
}
