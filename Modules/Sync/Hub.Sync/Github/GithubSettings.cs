using Hub.Integrations.Contracts;
using Hub.Sync.Jira;
using Hub.Sync.Providers;

namespace Hub.Sync.Github;

/// <summary>The settings of an integration with GitHub that bear on what is synchronised.</summary>
internal static class GithubSettings
{
    private const string Public = "https://api.github.com";

    /// <summary>What the API's paths hang under, without a slash at its end; <c>https://host/api/v3</c> for an Enterprise Server.</summary>
    public static string ApiBase(this Connection connection) =>
        (connection.Setting("base_url") ?? Public).TrimEnd('/');

    /// <summary>Owner and name, as the settings have them.</summary>
    /// <exception cref="ProviderFailure">None is set.</exception>
    public static string Repository(this Connection connection) =>
        connection.Setting("repository") is { } name && name.Split('/') is [{ Length: > 0 }, { Length: > 0 }]
            ? name
            : throw new ProviderFailure("config", "No repository is set: name it as owner/name in the integration's settings.", false);

}
