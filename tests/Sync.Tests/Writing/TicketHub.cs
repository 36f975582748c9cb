using System.Text;
using System.Text.Json;
using Hub.FakeJira;
using Hub.Sync.Tickets;
using Hub.TestHarness;
using Hub.Webhooks.Contracts;
using Microsoft.Extensions.DependencyInjection;

namespace Hub.Sync.Tests.Writing;

/// <summary>What tests of writing tickets do again and again.</summary>
internal static class TicketHub
{
    /// <summary>A hub of the project HUB that looks for lost issues quickly.</summary>
    public static Task<JiraHub> Start(FakeJiraServer jira, Action<HubSetup>? customise = null, Dictionary<string, string>? settings = null, JiraHub? like = null) =>
        JiraHub.Start(jira, setup =>
        {
            setup.Settings["Hub:Tickets:LookSeconds"] = "0.02";
            setup.Settings["Hub:Tickets:CallSeconds"] = "5";
            customise?.Invoke(setup);
        }, new Dictionary<string, string>(settings ?? []) { ["project_key"] = settings?.GetValueOrDefault("project_key") ?? "HUB" }, like);

    public static Task<Answer> Create(this JiraHub hub, object? body = null, string? key = null) =>
        hub.Http.Post("tickets", body ?? hub.Wish(), key is null ? [] : [("Idempotency-Key", key)]);

    public static object Wish(this JiraHub hub, string summary = "Printer on fire") => new { integration_id = hub.Integration, summary };

    public static CreationWorker Creations(this JiraHub hub) => hub.Hub.Services.GetRequiredService<CreationWorker>();

    /// <summary>How often Jira was sent a new issue.</summary>
    public static int Sent(this FakeJiraServer jira) => jira.Requests.All.Count(request => request is { Method: "POST" } && request.Path.EndsWith("/issue", StringComparison.Ordinal));

    /// <summary>Tells the hub of an issue as Jira's webhook does.</summary>
    public static async Task<IList<string>> Tell(this JiraHub hub, string eventName, string key, WebhookDetails? details = null)
    {
        var body = Encoding.UTF8.GetString(hub.Jira.WebhookBody(eventName, key, "s", details).Body);
        var told = new WebhookReceived(Guid.CreateVersion7(), hub.Integration, "jira", [1, hub.Project], eventName, DateTimeOffset.UtcNow, JsonElement.Parse(body));
        await hub.Publish(new WebhooksReceived([told]));
        return told.Effects;
    }

    public static Task<JsonElement> Creation(this JiraHub hub, string id, Func<JsonElement, bool> enough) => HubFixture.Eventually(
        async () => (await hub.Http.Get($"tickets/creations/{id}")).Expect(200), enough, "the creation gets there");

    public static IEnumerable<string> Strings(this JsonElement value, string member) => value.GetProperty(member).EnumerateArray().Select(item => item.GetString()!);

    public static string Error(this JsonElement problem, string path) => problem.GetProperty("errors").GetProperty(path)[0].GetString()!;
}
