using System.Text;

namespace Hub.Integrations.Calls.Authentication;

/// <summary>Nothing is added.</summary>
internal sealed class NoAuthenticator : IAuthenticator
{
    public string Kind => "none";

    public Task Authenticate(CallDraft draft, AuthMethod method, CallContext context, CancellationToken ct) => Task.CompletedTask;
}

/// <summary>The log-in of a mail conversation: nothing that a web request could carry.</summary>
internal sealed class SmtpAuthenticator : IAuthenticator
{
    public string Kind => "smtp";

    public Task Authenticate(CallDraft draft, AuthMethod method, CallContext context, CancellationToken ct) => Task.CompletedTask;
}

/// <summary>User and password, RFC 7617, in UTF-8. Either may be empty.</summary>
internal sealed class BasicAuthenticator : IAuthenticator
{
    public string Kind => "basic";

    public Task Authenticate(CallDraft draft, AuthMethod method, CallContext context, CancellationToken ct)
    {
        draft.Headers["Authorization"] = Header(context.Parameter(method, "username"), context.Parameter(method, "password"), context);
        return Task.CompletedTask;
    }

    public static string Header(string? user, string? password, CallContext context)
    {
        var encoded = Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}"));
        context.Hide(encoded);
        return $"Basic {encoded}";
    }
}

/// <summary>A token that is there already, RFC 6750. One that is a JWT tells when it ends.</summary>
internal sealed class BearerAuthenticator : IAuthenticator
{
    public string Kind => "bearer";

    public Task Authenticate(CallDraft draft, AuthMethod method, CallContext context, CancellationToken ct)
    {
        var token = context.Required(method, "token");
        draft.Headers["Authorization"] = $"Bearer {token}";
        context.CredentialExpiresAt ??= Jwt.ExpiryOf(token);
        return Task.CompletedTask;
    }
}

/// <summary>A header of the provider's own.</summary>
internal sealed class HeaderAuthenticator : IAuthenticator
{
    public string Kind => "header";

    public Task Authenticate(CallDraft draft, AuthMethod method, CallContext context, CancellationToken ct)
    {
        draft.Headers[context.Required(method, "header")] = context.Required(method, "value");
        return Task.CompletedTask;
    }
}

/// <summary>A parameter in the address. Outbound calls show no query, neither in errors nor in logs.</summary>
internal sealed class QueryAuthenticator : IRequestSigner
{
    public string Kind => "query";

    public Task Authenticate(CallDraft draft, AuthMethod method, CallContext context, CancellationToken ct)
    {
        draft.AddQuery(context.Required(method, "parameter"), context.Required(method, "value"));
        return Task.CompletedTask;
    }
}
