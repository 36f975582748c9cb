using System.Collections.Immutable;
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

    /// <summary>Credentials are ignored: everybody is the anonymous user, who sees the issues of <see cref="JiraAuth.PublicProjects"/> only.</summary>
    Anonymous,
}

/// <summary>Who gets in and may do what. Everything can be changed while the site runs.</summary>
public sealed class JiraAuth
{
    readonly FakeJiraOptions options;
    long untilRevoked = long.MaxValue;
    long untilDegraded = long.MaxValue;

    internal JiraAuth(FakeJiraOptions options) => (this.options, Token) = (options, options.Token);

    public AuthMode Mode { get; set; }

    /// <summary>The token that is right at present.</summary>
    public string Token { get; set; }

    /// <summary>Projects that people see without logging in.</summary>
    public ImmutableHashSet<string> PublicProjects { get; set; } = [];

    /// <summary>
    /// Permissions that the account lacks, by key. <c>ADMINISTER</c>: webhooks are 403. <c>TRANSITION_ISSUES</c>: no transitions are listed.
    /// <c>CREATE_ISSUES</c>, <c>EDIT_ISSUES</c>, <c>DELETE_ISSUES</c>, <c>ADD_COMMENTS</c>, <c>WORK_ON_ISSUES</c>, <c>LINK_ISSUES</c>: such writes are refused.
    /// </summary>
    public ImmutableHashSet<string> Denied { get; set; } = [];

    /// <summary>The value of the <c>Authorization</c> header that is right at present.</summary>
    public string Header => options.Deployment == Deployment.Cloud && !options.OAuthApp
        ? $"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes($"{options.Email}:{Token}"))}"
        : $"Bearer {Token}";

    /// <summary>After this many more requests with the right token it is refused: 0 refuses from the next one on.</summary>
    public void RevokeAfter(long requests) => Interlocked.Exchange(ref untilRevoked, requests);

    /// <summary>After this many more requests the right token is taken for no token at all, without any error: the worst way to lose a right.</summary>
    public void DegradeAfter(long requests) => Interlocked.Exchange(ref untilDegraded, requests);

    public void Restore()
    {
        RevokeAfter(long.MaxValue);
        DegradeAfter(long.MaxValue);
    }

    internal bool Accepts(string header) => header == Header && CountDown(ref untilRevoked);

    internal bool Degrades() => !CountDown(ref untilDegraded);

    static bool CountDown(ref long left) => Interlocked.Read(ref left) == long.MaxValue || Interlocked.Decrement(ref left) >= 0;
}
