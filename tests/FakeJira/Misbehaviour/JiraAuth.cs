using System.Text;

namespace Hub.FakeJira;

public enum AuthMode
{
    /// <summary>Right credentials work, wrong ones are 401, none is the anonymous user.</summary>
    Normal,

    /// <summary>A single sign-on proxy stands in front: every call answers 200 with an HTML login page.</summary>
    LoginPage,

    /// <summary>Too many failed logins: 403 with <c>X-Seraph-LoginReason</c>.</summary>
    Captcha,

    /// <summary>Credentials are ignored: everybody is the anonymous user, who sees no issues.</summary>
    Anonymous,
}

/// <summary>Who gets in. Everything can be changed while the site runs.</summary>
public sealed class JiraAuth
{
    readonly Deployment deployment;
    readonly string email;
    long remaining = long.MaxValue;

    internal JiraAuth(FakeJiraOptions options) => (deployment, email, Token) = (options.Deployment, options.Email, options.Token);

    public AuthMode Mode { get; set; }

    /// <summary>The token that is right at present.</summary>
    public string Token { get; set; }

    /// <summary>The value of the <c>Authorization</c> header that is right at present.</summary>
    public string Header => deployment == Deployment.Cloud
        ? $"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes($"{email}:{Token}"))}"
        : $"Bearer {Token}";

    /// <summary>After this many more requests with the right token it is refused: 0 refuses from the next one on.</summary>
    public void RevokeAfter(long requests) => Interlocked.Exchange(ref remaining, requests);

    public void Restore() => RevokeAfter(long.MaxValue);

    internal bool Accepts(string header) =>
        header == Header && (Interlocked.Read(ref remaining) == long.MaxValue || Interlocked.Decrement(ref remaining) >= 0);
}
