namespace Hub.FakeGithub;

/// <summary>A repository that exists at the start, with this many generated things in it.</summary>
public sealed record RepositorySeed(string FullName)
{
    /// <summary>Commits on the default branch, apart from merges.</summary>
    public int Commits { get; init; } = 40;

    /// <summary>Pull requests: about six in ten merged, two closed, two open; each with one to three commits of its own.</summary>
    public int Pulls { get; init; } = 12;

    public int Issues { get; init; } = 12;

    /// <summary>Releases, each with a tag; the last is a draft and the one before it a prerelease.</summary>
    public int Releases { get; init; } = 4;

    public int WorkflowRuns { get; init; } = 10;

    /// <summary>Branches beside the default branch and those of open pull requests.</summary>
    public int Branches { get; init; } = 2;

    public bool Private { get; init; } = true;

    public string DefaultBranch { get; init; } = "main";

    /// <summary>Keys of Jira projects that branches, commits and pull requests speak of.</summary>
    public IReadOnlyList<string> JiraProjects { get; init; } = ["HUB", "PAY"];

    /// <summary>Nothing was ever pushed: no branch, no commit.</summary>
    public static RepositorySeed Empty(string fullName) =>
        new(fullName) { Commits = 0, Pulls = 0, Issues = 0, Releases = 0, WorkflowRuns = 0, Branches = 0 };
}

/// <summary>What the site is when it starts. Its misbehaviour is set on the running server.</summary>
public sealed record FakeGithubOptions
{
    /// <summary>TCP port on 127.0.0.1; 0 takes a free one.</summary>
    public int Port { get; init; }

    /// <summary>Path below which the API lives: empty as on api.github.com, <c>/api/v3</c> as on GitHub Enterprise Server.</summary>
    public string Prefix { get; init; } = "";

    public IReadOnlyList<RepositorySeed> Repositories { get; init; } = [new RepositorySeed("acme/shop")];

    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>Login of the account that the personal access token belongs to.</summary>
    public string Login { get; init; } = "hub-bot";

    /// <summary>The personal access token.</summary>
    public string Token { get; init; } = "ghp_FakeGithubToken5A1D7C2E0000000000000";

    public long AppId { get; init; } = 79_253;

    public string ClientId { get; init; } = "Iv23liFakeGithubApp1";

    public long InstallationId { get; init; } = 11_575_015;

    /// <summary>PEM of the App's public key; null makes a pair, whose private half is <see cref="FakeGithubServer.AppPrivateKey"/>.</summary>
    public string? AppPublicKey { get; init; }

    /// <summary>Requests per hour of the personal access token.</summary>
    public int RateLimit { get; init; } = 5_000;

    /// <summary>Adds <c>GET /</c> and <c>/demo/</c>, through which anybody changes things by hand.</summary>
    public bool Demo { get; init; }
}
