using System.Text.Json;
using System.Text.Json.Nodes;
using Hub.Sync.Github.Api;
using Hub.Sync.Jira;
using Hub.Sync.Providers;

namespace Hub.Sync.WebhookRegistrations;

/// <summary>The webhooks of Jira's administration page: Data Center from 10 on has them at another address and in another shape than all others.</summary>
/// <param name="Kind">jira_admin or jira_server.</param>
/// <param name="Path">Below the site's API address.</param>
/// <param name="Read">Reads one of the list.</param>
internal sealed record JiraAdminHooks(string Kind, string Path, Func<JsonElement, JiraHook?> Read)
{
    /// <summary>What the hub's webhook is called, for administrators.</summary>
    public const string Name = "Integration Hub";

    public static readonly JiraAdminHooks Usual = new("jira_admin", "/rest/webhooks/1.0/webhook", JiraHook.ReadCloud);
    public static readonly JiraAdminHooks Server = new("jira_server", "/rest/jira-webhook/1.0/webhooks", JiraHook.ReadServer);

    /// <exception cref="ProviderFailure">Also when they are not at this address: <c>not_found</c>.</exception>
    public async Task<IReadOnlyList<JiraHook>> List(JiraSite site, CancellationToken ct)
    {
        using var list = await site.Send(HttpMethod.Get, Path, null, ct);
        return [.. list.RootElement.Items().Select(Read).OfType<JiraHook>()];
    }

    /// <returns>Its id.</returns>
    public async Task<string> Create(JiraSite site, RegistrationWork work, string jql, CancellationToken ct)
    {
        using var made = await site.Send(HttpMethod.Post, Path, Wanted(work, jql), ct);
        return Read(made.RootElement)?.Id ?? throw new ProviderFailure("provider_error", "Jira does not say which webhook it made.", true);
    }

    public async Task Change(JiraSite site, string id, RegistrationWork work, string jql, CancellationToken ct)
    {
        using var changed = await site.Send(HttpMethod.Put, $"{Path}/{Uri.EscapeDataString(id)}", Wanted(work, jql), ct);
    }

    /// <returns>False when it was gone already.</returns>
    public async Task<bool> Delete(JiraSite site, string id, CancellationToken ct)
    {
        try
        {
            using var gone = await site.Send(HttpMethod.Delete, $"{Path}/{Uri.EscapeDataString(id)}", null, ct);
            return true;
        }
        catch (ProviderFailure failure) when (failure.Reason is "not_found")
        {
            return false;
        }
    }

    private JsonObject Wanted(RegistrationWork work, string jql)
    {
        var filters = new JsonObject { ["issue-related-events-section"] = jql };
        var body = new JsonObject { ["name"] = Name, ["url"] = work.Url, ["events"] = new JsonArray([.. JiraHook.AllEvents.Select(one => JsonValue.Create(one))]) };
        if (Kind == Server.Kind)
        {
            body["active"] = true;
            // Beside the configuration a secret is ignored without a word, and the webhook comes unsigned.
            body["configuration"] = new JsonObject { ["SECRET"] = work.Secret, ["EXCLUDE_BODY"] = "false", ["FILTERS"] = filters.ToJsonString() };
            return body;
        }

        (body["enabled"], body["excludeBody"], body["filters"], body["secret"]) = (true, false, filters, work.Secret);
        return body;
    }
}
