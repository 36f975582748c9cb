using System.Text.Json;
using Hub.Integrations.ConnectionTests;
using Hub.Integrations.Integrations;
using Hub.SharedKernel.Http;

namespace Hub.Integrations.JiraConfig;

/// <summary>A project's Jira, in the short form.</summary>
/// <param name="Id">The integration's id.</param>
/// <param name="IntegrationId">The same.</param>
/// <param name="ProjectId">The project.</param>
/// <param name="JiraUrl">Address of the site.</param>
/// <param name="Email">E-mail or user name.</param>
/// <param name="ApiKey">A placeholder when one is set.</param>
/// <param name="ProjectKey">Keys of the Jira projects, separated by commas.</param>
/// <param name="Jql">Further restriction.</param>
/// <param name="Deployment">auto, cloud or data_center.</param>
/// <param name="WebhookSecret">A placeholder when one is set.</param>
/// <param name="FieldMappings">Jira fields for the hub's own names.</param>
/// <param name="Enabled">Whether it is switched on.</param>
/// <param name="Status">configuring, active, inactive or error.</param>
/// <param name="HealthStatus">healthy, warning, error or unknown.</param>
/// <param name="WebhookUrl">Path that takes Jira's webhooks in; only for managers and admins.</param>
/// <param name="Test">The last test.</param>
/// <param name="Version">Counts visible changes; the ETag.</param>
/// <param name="CreatedAt">When it was made.</param>
/// <param name="UpdatedAt">When it was last changed.</param>
internal sealed record JiraConfigAnswer(
    long Id, long IntegrationId, long ProjectId, string? JiraUrl, string? Email, string? ApiKey, string? ProjectKey, string? Jql, string? Deployment,
    string? WebhookSecret, JsonElement? FieldMappings, bool Enabled, string Status, string HealthStatus, string? WebhookUrl, TestResult? Test, long Version,
    DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt) : IVersioned
{
    internal static JiraConfigAnswer Of(IntegrationAnswer shown, TestResult? test) => new(
        shown.Id, shown.Id, shown.ScopeId, shown.Configuration.Text("base_url"), shown.Configuration.Text("email"), shown.Configuration.Text("api_token"),
        shown.Configuration.Text("project_keys"), shown.Configuration.Text("jql"), shown.Configuration.Text("deployment") ?? "auto",
        shown.Configuration.Text("webhook_secret"), shown.Configuration.TryGetValue("field_mappings", out var mappings) ? mappings : null,
        shown.Enabled, shown.Status, shown.HealthStatus, shown.WebhookUrl, test, shown.Version, shown.CreatedAt, shown.UpdatedAt);
}
