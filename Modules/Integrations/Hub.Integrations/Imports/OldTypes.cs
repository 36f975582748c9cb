using Hub.Integrations.Rulesets;
using Hub.Schemas.Contracts;

namespace Hub.Integrations.Imports;

/// <summary>Finds a type by an old name: with hyphens or capitals, by alias, or by the name of a type that has become part of another.</summary>
internal static class OldTypes
{
    private static readonly Dictionary<string, string> Merged = new(StringComparer.Ordinal)
    {
        ["jira_cloud"] = "jira",
        ["jira_server"] = "jira",
        ["jira_data_center"] = "jira",
        ["atlassian_jira"] = "jira",
        ["sso_oidc"] = "sso",
        ["sso_oauth2"] = "sso",
        ["sso_saml"] = "sso",
        ["email"] = "smtp",
        ["email_smtp"] = "smtp",
        ["open_ai"] = "openai",
        ["pager_duty"] = "pagerduty",
        ["service_now"] = "servicenow",
        ["hub_spot"] = "hubspot",
        ["big_query"] = "bigquery",
        ["git_hub"] = "github",
        ["git_lab"] = "gitlab",
        ["github_repository"] = "github_repos",
        ["github_repo"] = "github_repos",
        ["azure_devops"] = "azure_devops_wiki",
        ["azure_devops_config"] = "azure_devops_wiki",
        ["dynatrace_config"] = "dynatrace_logs",
        ["notion_config"] = "notion_pages",
        ["github_config"] = "github_repos",
        ["azure_devops_repo"] = "azure_devops_repos",
        ["dynatrace"] = "dynatrace_logs",
        ["notion_page"] = "notion_pages",
        ["notion_databases"] = "notion_database",
        ["confluence_space"] = "confluence_spaces",
        ["sharepoint"] = "sharepoint_sites",
        ["sharepoint_site"] = "sharepoint_sites",
        ["generic_webhook"] = "webhook",
    };

    public static IntegrationSchema? Find(string name, IReadOnlyDictionary<string, IntegrationSchema> schemas)
    {
        var normal = OldKeys.Normal(name);
        var id = SearchPriority.Id(name, schemas) ?? SearchPriority.Id(normal, schemas) ?? SearchPriority.Id(normal.Replace('_', '-'), schemas)
            ?? Merged.GetValueOrDefault(normal);
        return id is null ? null : schemas.GetValueOrDefault(id);
    }

    /// <summary>What an old name says beyond the type: <c>sso-saml</c> names a protocol, <c>jira-cloud</c> a deployment.</summary>
    public static (string Field, string Value)? Says(string name) => OldKeys.Normal(name) switch
    {
        "sso_oidc" => ("protocol", "oidc"),
        "sso_oauth2" => ("protocol", "oauth2"),
        "sso_saml" => ("protocol", "saml"),
        "jira_cloud" => ("deployment", "cloud"),
        "jira_server" or "jira_data_center" => ("deployment", "data_center"),
        _ => null,
    };
}
