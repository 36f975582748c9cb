using System.Text;

namespace Hub.FakeGithub;

/// <summary>Who gets in. Everything can be changed while the site runs.</summary>
public sealed class GithubAccess
{
    sealed record Minted(DateTimeOffset Expires, IReadOnlySet<long>? Repositories);

    readonly Lock gate = new();
    readonly FakeGithubServer github;
    readonly AppTokens app;
    readonly Dictionary<string, Minted> installationTokens = [];
    int minted;

    internal GithubAccess(FakeGithubServer github)
    {
        (this.github, Token) = (github, github.Options.Token);
        app = new AppTokens(github);
    }

    /// <summary>The personal access token that is right at present.</summary>
    public string Token { get; set; }

    /// <summary>What a classic token may do; null for a fine-grained one, which does not say.</summary>
    public string? Scopes { get; set; } = "repo, read:org, admin:repo_hook";

    /// <summary>The organizations demand single sign-on, for which the personal access token is not authorized.</summary>
    public bool SsoRequired { get; set; }

    /// <summary>The App's installation is suspended: its tokens are refused and no new ones are given.</summary>
    public bool InstallationSuspended { get; set; }

    /// <summary>Installation tokens given out so far.</summary>
    public int TokensGiven => minted;

    /// <summary>Makes every installation token that was given out invalid.</summary>
    public void RevokeInstallationTokens()
    {
        lock (gate) installationTokens.Clear();
    }

    internal (string Token, DateTimeOffset Expires) Mint(IReadOnlySet<long>? repositories)
    {
        lock (gate)
        {
            var token = $"ghs_Fake{++minted:00000000000000000000000000000000}";
            var expires = github.Clock.GetUtcNow().AddHours(1);
            installationTokens[token] = new Minted(expires, repositories);
            return (token, expires);
        }
    }

    internal Caller Authenticate(HttpContext context)
    {
        var header = context.Request.Headers.Authorization.ToString();
        var forApp = context.Request.Path.StartsWithSegments("/app");
        var (scheme, token) = Split(header);
        if (forApp)
        {
            if (header.Length == 0 || !scheme.Equals("Bearer", StringComparison.OrdinalIgnoreCase)) throw AppTokens.Undecodable();
            app.Check(token);
            return new Caller("app", github.Options.AppId) { IsApp = true };
        }

        if (header.Length == 0) return Caller.Anonymous;
        if (token == Token) return new Caller(Caller.PersonalKey, FakeGithubServer.AccountId, Scopes);
        lock (gate)
        {
            if (!installationTokens.TryGetValue(token, out var given) || given.Expires <= github.Clock.GetUtcNow())
                throw new GithubProblem(401, "Bad credentials");
            if (InstallationSuspended) throw new GithubProblem(403, "This installation has been suspended");
            return new Caller("installation", github.Options.InstallationId) { IsInstallation = true, Repositories = given.Repositories };
        }
    }

    /// <summary>404 for what the caller may not know of, as if it were not there.</summary>
    internal void Enter(Caller caller, GithubRepository repository)
    {
        if (!Sees(caller, repository)) throw GithubProblem.NotFound();
        if (repository.Disabled) throw new GithubProblem(403, "Repository access blocked");
        if (SsoRequired && caller.Key == Caller.PersonalKey)
        {
            throw new GithubProblem(403, "Resource protected by organization SAML enforcement. You must grant your Personal Access token access to this organization.")
            {
                Headers = { ["X-GitHub-SSO"] = $"required; url=https://github.com/orgs/{repository.Owner.Login}/sso?authorization_request=AZSCKtL4U8yX" },
            };
        }
    }

    internal bool Sees(Caller caller, GithubRepository repository) =>
        !repository.Hidden && (!repository.Private || !caller.IsAnonymous) && (caller.Repositories is not { } some || some.Contains(repository.Id));

    /// <exception cref="GithubProblem">The caller is anonymous, or an installation, which has no account.</exception>
    internal static void RequireUser(Caller caller)
    {
        if (caller.IsAnonymous) throw new GithubProblem(401, "Requires authentication");
        if (caller.IsInstallation) throw new GithubProblem(403, "Resource not accessible by integration");
    }

    static (string Scheme, string Token) Split(string header)
    {
        var space = header.IndexOf(' ', StringComparison.Ordinal);
        if (space < 0) return ("", header);
        var (scheme, rest) = (header[..space], header[(space + 1)..].Trim());
        if (!scheme.Equals("Basic", StringComparison.OrdinalIgnoreCase)) return (scheme, rest);
        var buffer = new byte[rest.Length];
        return (scheme, Convert.TryFromBase64String(rest, buffer, out var length) ? Encoding.UTF8.GetString(buffer, 0, length).Split(':', 2)[^1] : "");
    }
}
