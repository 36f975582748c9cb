namespace Hub.Sync.WebhookRegistrations;

/// <summary>Which types have a webhook that the hub can keep, and the NOTIFY channel that says one is due.</summary>
internal static class RegistrationSignals
{
    public const string Due = "sync_webhook_registrations";
    public const string Github = "github_repos";
    public const string Jira = "jira";

    public static bool CanBeKept(string integrationType) => integrationType is Github or Jira;
}
