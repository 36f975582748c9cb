using System.Text;
using System.Text.Json;
using Hub.Fakes;
using Hub.TestHarness;

namespace Hub.Sync.Tests;

/// <summary>Deliveries as providers send them, over HTTP.</summary>
internal static class Delivering
{
    /// <summary>Where deliveries of an integration go.</summary>
    public static async Task<string> Address(this HubFixture hub, long integration) =>
        (await hub.Http.Get($"integrations/{integration}")).Expect(200).Text("webhook_url");

    /// <summary>Sends a delivery.</summary>
    /// <returns>The id of the event.</returns>
    public static async Task<string> Deliver(this HubFixture hub, string address, string body, params (string Name, string Value)[] headers)
    {
        using var stranger = hub.ClientFor(null);
        return (await stranger.Post(address, Encoding.UTF8.GetBytes(body), headers)).Expect(202).Text("id");
    }

    /// <summary>Sends a delivery of GitHub, signed.</summary>
    /// <returns>The id of the event.</returns>
    public static Task<string> DeliverGithub(this HubFixture hub, string address, string name, string body, string secret = "github-hub-hook-secret") =>
        hub.Deliver(address, body, ("X-GitHub-Event", name), ("X-GitHub-Delivery", $"{Guid.CreateVersion7()}"),
            ("X-Hub-Signature-256", WebhookSignature.Of(secret, Encoding.UTF8.GetBytes(body))));

    /// <summary>The event once it was worked on.</summary>
    public static Task<JsonElement> Ended(this HubFixture hub, string id) => HubFixture.Eventually(
        async () => (await hub.Http.Get($"webhooks/events/{id}")).Expect(200),
        seen => seen.Text("status") is "processed" or "ignored" or "dead" or "failed", "the event ends");

    public static IEnumerable<string> Effects(this JsonElement ended) => ended.GetProperty("effects").EnumerateArray().Select(effect => effect.GetString()!);
}
