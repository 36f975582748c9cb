using Hub.Fakes;

namespace Hub.FakeJira;

/// <summary>Lets a request through as the account or as the anonymous user, or answers it as <see cref="JiraAuth"/> says.</summary>
static class Authentication
{
    const string Anonymous = "anonymous";

    const string Denied = "<html><head><title>Forbidden (403)</title></head>"
        + "<body>Basic Authentication Failure - Reason : AUTHENTICATION_DENIED</body></html>";

    public static bool IsAnonymous(this HttpContext context) => context.Items.ContainsKey(Anonymous);

    /// <summary>For what the anonymous user cannot have.</summary>
    public static void RequireAccount(this HttpContext context)
    {
        if (context.IsAnonymous()) throw new NotAuthenticated();
    }

    public static async Task Run(HttpContext context, FakeJiraServer jira, RequestDelegate next)
    {
        var path = context.Request.Path;
        if (jira.Auth.Mode == AuthMode.LoginPage)
        {
            await Reply.Html(context, 200, Fault.LoginPage);
            return;
        }

        if (!path.StartsWithSegments("/rest") || path.Value!.EndsWith("/serverInfo", StringComparison.Ordinal))
        {
            await next(context);
            return;
        }

        if (jira.Auth.Mode == AuthMode.Captcha)
        {
            context.Response.Headers["X-Seraph-LoginReason"] = "AUTHENTICATION_DENIED";
            context.Response.Headers["X-Authentication-Denied-Reason"] = $"CAPTCHA_CHALLENGE; login-url={jira.Url}/login.jsp";
            await Reply.Html(context, 403, Denied);
            return;
        }

        var header = context.Request.Headers.Authorization.ToString();
        if (header.Length == 0 || jira.Auth.Mode == AuthMode.Anonymous) context.Items[Anonymous] = true;
        else if ((jira.Options.ScopedToken || jira.Options.OAuthApp) && !context.IsGateway())
        {
            await Reply.Json(context, 401, new { code = 401, message = "Unauthorized; scope does not match" });
            return;
        }
        else if (!jira.Auth.Accepts(header))
        {
            await Refuse(context);
            return;
        }

        else if (jira.Auth.Degrades()) context.Items[Anonymous] = true;

        context.Response.Headers["X-AUSERNAME"] = context.IsAnonymous() ? Anonymous : Uri.EscapeDataString(jira.Options.Email);
        await next(context);
    }

    public static Task Refuse(HttpContext context)
    {
        context.Response.Headers["X-Seraph-LoginReason"] = "AUTHENTICATED_FAILED";
        context.Response.Headers.WWWAuthenticate = "OAuth realm=\"http%3A%2F%2F127.0.0.1\"";
        return Reply.Json(context, 401, new Dictionary<string, object>
        {
            ["message"] = "Client must be authenticated to access this resource.",
            ["status-code"] = 401,
        });
    }
}

sealed class NotAuthenticated : Exception;
