using Microsoft.AspNetCore.Antiforgery;

namespace Hub.Host.Web;

/// <summary>Two ways in: an API key, or the organisation's own identity provider.</summary>
internal static class LoginPage
{
    /// <param name="Problem">One of <see cref="SignInWords"/>.</param>
    /// <param name="ReturnTo">Where to go afterwards.</param>
    /// <param name="Tenant">What was typed as the organisation.</param>
    public sealed record Form(string? Problem = null, string? ReturnTo = null, string? Tenant = null);

    public static Task Write(HttpContext context, Form form)
    {
        var token = context.RequestServices.GetRequiredService<IAntiforgery>().GetAndStoreTokens(context);
        var hidden = form.ReturnTo is null ? "" : $"""<input type="hidden" name="return_to" value="{Page.Text(form.ReturnTo)}">""";
        return Page.Write(context, "Sign in", $"""
            {Message(form.Problem)}
            <section aria-labelledby="by-sso">
            <h2 id="by-sso">With your organisation</h2>
            <form method="get" action="/login/sso">
            {hidden}
            <label for="tenant">Organisation</label>
            <input id="tenant" name="tenant" value="{Page.Text(form.Tenant)}"
              required maxlength="100" autocomplete="organization" autocapitalize="none" spellcheck="false" aria-describedby="tenant-hint">
            <p class="hint" id="tenant-hint">Its short name, such as acme. You sign in at your organisation's identity provider.</p>
            <button>Continue with single sign-on</button>
            </form>
            </section>
            <section aria-labelledby="by-key">
            <h2 id="by-key">With an API key</h2>
            <form method="post" action="/login">
            {hidden}
            <input type="hidden" name="{token.FormFieldName}" value="{Page.Text(token.RequestToken)}">
            <label for="key">API key</label>
            <input id="key" name="key" type="password" required maxlength="512" autocomplete="off" aria-describedby="key-hint">
            <p class="hint" id="key-hint">Begins with hub_. You can do here what the key may do.</p>
            <button class="second">Sign in with the key</button>
            </form>
            </section>
            """);
    }

    private static string Message(string? code) =>
        SignInWords.Problem(code) is { } problem ? $"""<p class="problem" role="alert">{Page.Text(problem)}</p>"""
        : SignInWords.Notice(code) is { } notice ? $"""<p class="notice" role="status">{Page.Text(notice)}</p>"""
        : "";
}
