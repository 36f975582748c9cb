using Hub.Integrations.ConnectionTests;
using Hub.Integrations.Integrations;
using Hub.SharedKernel.Http;

namespace Hub.Integrations.GithubConfig;

/// <summary>A project's GitHub repository, in the short form.</summary>
/// <param name="Id">The integration's id.</param>
/// <param name="IntegrationId">The same.</param>
/// <param name="ProjectId">The project.</param>
/// <param name="Repository">Owner and name.</param>
/// <param name="AccessToken">A placeholder when one is set.</param>
/// <param name="WebhookSecret">A placeholder when one is set.</param>
/// <param name="ReceiverUrl">Where GitHub delivers to, if it is not the address of this hub.</param>
/// <param name="BaseUrl">The API's address.</param>
/// <param name="Enabled">Whether it is switched on.</param>
/// <param name="Status">configuring, active, inactive or error.</param>
/// <param name="HealthStatus">healthy, warning, error or unknown.</param>
/// <param name="WebhookUrl">Path that takes GitHub's webhooks in; only for managers and admins.</param>
/// <param name="Test">The last test.</param>
/// <param name="Version">Counts visible changes; the ETag.</param>
/// <param name="CreatedAt">When it was made.</param>
/// <param name="UpdatedAt">When it was last changed.</param>
internal sealed record GithubConfigAnswer(
    long Id, long IntegrationId, long ProjectId, string? Repository, string? AccessToken, string? WebhookSecret, string? ReceiverUrl, string? BaseUrl,
    bool Enabled, string Status, string HealthStatus, string? WebhookUrl, TestResult? Test, long Version, DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt) : IVersioned
{
    internal static GithubConfigAnswer Of(IntegrationAnswer shown, TestResult? test) => new(
        shown.Id, shown.Id, shown.ScopeId, shown.Configuration.Text("repository"), shown.Configuration.Text("access_token"),
        shown.Configuration.Text("webhook_secret"), shown.Configuration.Text("webhook_url"), shown.Configuration.Text("base_url") ?? "https://api.github.com",
        shown.Enabled, shown.Status, shown.HealthStatus, shown.WebhookUrl, test, shown.Version, shown.CreatedAt, shown.UpdatedAt);
}
