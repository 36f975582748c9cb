using Hub.Integrations.Contracts;

namespace Hub.Webhooks.Inbound;

/// <summary>Where a delivery was sent to, and so whose secrets may prove it.</summary>
/// <param name="Provider">What refused deliveries are counted as.</param>
/// <param name="Questions">Who may be meant.</param>
internal sealed record Address(string Provider, params IReadOnlyList<AskWebhookSources> Questions)
{
    private static readonly string[] GitHubTypes = ["github_repos", "github", "github_app"];

    /// <summary>The URL names the integration with a secret of its own.</summary>
    public bool ByToken { get; private init; }

    /// <summary>One address for all integrations of a provider: the body is asked whose it may be.</summary>
    public bool Shared { get; private init; }

    public static Address OfToken(string token) => new("unknown", new AskWebhookSources(Token: token)) { ByToken = true };

    public static Address OfJira() => new("jira", new AskWebhookSources(Type: "jira")) { Shared = true };

    public static Address OfGitHub() => new("github", [.. GitHubTypes.Select(type => new AskWebhookSources(Type: type))]) { Shared = true };

    public static Address OfProjectJira(long project) => new("jira", new AskWebhookSources(Type: "jira", ScopeId: project));

    public static Address OfProjectGitHub(long project) => new("github", [.. GitHubTypes.Select(type => new AskWebhookSources(Type: type, ScopeId: project))]);

    public override string ToString() => $"Address of {Provider}";
}
