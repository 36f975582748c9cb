using System.Text.Json;
using Hub.Webhooks.Verification;

namespace Hub.Webhooks.Inbound;

/// <summary>
/// For deliveries to a shared address: which integrations the body may belong to, best first. A guess from unproven bytes, good only for choosing
/// whose secret is tried.
/// </summary>
internal static class SourceMatch
{
    /// <summary>The most secrets that one delivery is tried with. Who has more integrations of one site uses their own addresses.</summary>
    public const int MaxTried = 50;

    /// <summary>Base addresses of Atlassian's gateway say nothing about the site that deliveries name.</summary>
    private const string JiraGateway = "https://api.atlassian.com/";

    /// <param name="type">The integration's type.</param>
    /// <param name="fields">Its settings.</param>
    /// <param name="json">The body; null when it is not JSON, which is told to the sender only after the proof.</param>
    /// <returns>Higher is better; null when the body names another site or repository.</returns>
    public static int? Rank(string type, SenderFields fields, JsonElement? json) => json is not { } body ? 0 : type switch
    {
        "jira" => Jira(fields, body),
        "github_repos" => Equal(fields.Setting("repository"), JsonMember.Text(body, "$.repository.full_name")),
        "github" => Equal(fields.Setting("organization"), JsonMember.Text(body, "$.organization.login|$.repository.owner.login")),
        "github_app" => Equal(fields.Setting("installation_id"), JsonMember.Text(body, "$.installation.id")),
        _ => 0,
    };

    private static int? Jira(SenderFields fields, JsonElement body)
    {
        var self = JsonMember.Text(body, "$.issue.self|$.comment.self|$.worklog.self|$.sprint.self|$.version.self|$.project.self|$.user.self");
        if (self is null || fields.Setting("base_url") is not { } site || site.StartsWith(JiraGateway, StringComparison.OrdinalIgnoreCase))
            return 0;
        if (!self.StartsWith(site.TrimEnd('/') + "/", StringComparison.OrdinalIgnoreCase))
            return null;
        var project = JsonMember.Text(body, "$.issue.fields.project.key|$.project.key");
        var projects = fields.Setting("project_keys")?.Split(',', StringSplitOptions.TrimEntries) ?? [];
        return project is not null && projects.Contains(project, StringComparer.OrdinalIgnoreCase) ? 2 : 1;
    }

    private static int? Equal(string? setting, string? named) =>
        setting is null || named is null ? 0 : string.Equals(setting, named, StringComparison.OrdinalIgnoreCase) ? 1 : null;
}
