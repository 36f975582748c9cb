using System.Net.Http.Json;
using System.Text.Json;
using FluentAssertions;
using Hub.TestHarness;
using NUnit.Framework;

namespace Hub.Webhooks.Tests.ReferenceClients;

/// <summary>The libraries that senders and receivers of webhooks use, against a running hub and recorded bodies, some of them beyond ASCII.</summary>
public sealed class ReferenceClientTests
{
    private const string Standard = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    private const string OtherStandard = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";
    private const string Plain = "it-is-a-secret-of-the-tests";
    private const string OtherPlain = "it-is-a-secret-of-another";

    private const string SvixRule = """
        { "kind": "hmac", "header": "svix-signature", "prefix": "v1,", "list_separator": " ", "encoding": "base64", "secret_field": "secret",
          "secret_encoding": "base64", "secret_prefix": "whsec_", "content": "{id}.{timestamp}.{body}", "id_header": "svix-id",
          "timestamp_header": "svix-timestamp", "timestamp_format": "s", "tolerance_seconds": 300 }
        """;

    private const string StripeRule = """
        { "kind": "hmac", "header": "Stripe-Signature", "prefix": "v1=", "list_separator": ",", "encoding": "hex", "secret_field": "secret",
          "content": "{timestamp}.{body}", "timestamp_header": "Stripe-Signature", "timestamp_prefix": "t=", "timestamp_format": "s",
          "tolerance_seconds": 300 }
        """;

    private static readonly string[] Bodies =
    [
        "github/webhooks/issues/01-assigned.json", "jira/webhooks/server/webhook-server-issue-updated-many-fields.json",
        "jira/webhooks/server/webhook-issue-updated-assigned-on-server.json",
    ];

    [Test]
    public async Task what_the_libraries_sign_is_accepted_and_nothing_that_was_changed()
    {
        await using var peer = await NodePeers.Start("webhook-clients.mjs");
        await using var hub = await HubFixture.Start(setup => setup.Workers = false);
        var project = await hub.CreateProject();
        await DeclareType(hub, "acme_svix", SvixRule);
        await DeclareType(hub, "acme_stripe", StripeRule);
        foreach (var (library, secret, type, settings) in new (string, string, string, object)[]
        {
            ("octokit", Plain, "github", new { token = "ghp_0123456789abcdefghijABCDEFGHIJ012345", webhook_secret = Plain }),
            ("standardwebhooks", Standard, "webhook", new { direction = "inbound", signing_scheme = "standard_webhooks", secret = Standard }),
            ("svix, unbranded", Standard, "webhook", new { direction = "inbound", signing_scheme = "standard_webhooks", secret = Standard }),
            ("svix", Standard, "webhook", new { direction = "inbound", signing_scheme = "svix", secret = Standard }),
            ("stripe", Plain, "webhook", new { direction = "inbound", signing_scheme = "stripe", secret = Plain }),
            ("atlassian-jwt", Plain, "jira", new
            {
                base_url = "https://acme.atlassian.net", email = "a@example.com", api_token = "token-of-the-tests", webhook_auth = "jwt", webhook_secret = Plain,
            }),
            ("svix", Standard, "acme_svix", new { secret = Standard }),
            ("stripe", Plain, "acme_stripe", new { secret = Plain }),
        })
        {
            var wanted = new { scope_id = project, name = $"{library} {type}", integration_type = type, configuration = settings };
            var integration = (await hub.Http.Post("integrations", wanted)).Expect(201);
            var url = new Uri(hub.Url, integration.GetProperty("webhook_url").GetString());
            foreach (var body in Bodies)
                await Judge(hub, peer, url, library, secret, Fixtures.Bytes(body));
        }
    }

    [Test]
    public async Task what_the_hub_signs_is_accepted_by_the_libraries_also_while_a_secret_rotates()
    {
        await using var peer = await NodePeers.Start("webhook-clients.mjs");
        await using var hub = await HubFixture.Start();
        var payload = new { customer = "Zoë Größe", note = "日本語 \U0001f680 \u2028 \"quoted\" <b>&</b>" };
        var wanted = new { scope_id = 1, url = new Uri(peer.Address, "/hook"), event_types = new[] { "invoice.*" } };
        var endpoint = (await hub.Http.Post("webhooks/endpoints", wanted)).Expect(201);
        var first = endpoint.GetProperty("secret").GetString()!;
        await peer.Control("secrets", new[] { first, Standard });
        await Publish("invoice.paid");
        var paid = await Received(1);

        var rotated = (await hub.Http.Post($"webhooks/endpoints/{endpoint.GetProperty("id").GetInt64()}/rotate-secret")).Expect(200);
        var second = rotated.GetProperty("secret").GetString()!;
        await peer.Control("secrets", new[] { first, second, Standard });
        await Publish("invoice.voided");
        var voided = await Received(2);

        Verdicts(paid, "secrets").Should().Equal("both", "none");
        Verdicts(voided, "secrets").Should().Equal("both", "both", "none");
        Verdicts(paid, "changed").Concat(Verdicts(voided, "changed")).Should().OnlyContain(verdict => verdict == "none");
        JsonElement.DeepEquals(voided.GetProperty("payload"), JsonSerializer.SerializeToElement(payload)).Should().BeTrue();

        async Task Publish(string type) => (await hub.Http.Post("webhooks/events/publish", new { scope_id = 1, event_type = type, payload })).Expect(202);

        async Task<JsonElement> Received(int count) =>
            (await HubFixture.Eventually(() => peer.Ask("received"), items => items.GetArrayLength() == count, "the delivery arrives"))[count - 1];
    }

    private static async Task DeclareType(HubFixture hub, string id, string verification) => (await hub.Http.Put($"integrations/schemas/{id}", $$"""
        {
          "id": "{{id}}", "name": "{{id}}", "category": "webhook", "platform_name": "{{id}}", "integration_category": "webhook",
          "description": "A sender with a type of its own.", "capabilities": ["webhook_in"],
          "fields": [{ "name": "secret", "label": "Secret", "type": "secret", "required": true }],
          "webhook": { "verifications": [{{verification}}], "event_type": { "body": "$.webhookEvent|$.action" }, "delivery_id": { "hash": "body" } }
        }
        """)).Expect(201);

    /// <summary>As signed; and with one byte more where the body is signed, for another address where that is, by another secret, from ten minutes ago where the time is signed, and by nobody.</summary>
    private static async Task Judge(HubFixture hub, NodePeer peer, Uri url, string library, string secret, byte[] body)
    {
        var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        var headers = await Sign(peer, url, library, secret, body, now);
        using var sender = hub.ClientFor(null);
        var foreign = await Sign(peer, url, library, secret == Standard ? OtherStandard : OtherPlain, body, now);
        var late = await Sign(peer, url, library, secret, body, now - 600);
        if (library is "atlassian-jwt")
            (await Send(body, await Sign(peer, new Uri(url + "x"), library, secret, body, now))).Should().Be(401, $"{library} signed for another address");
        else
            (await Send([.. body, (byte)' '], headers)).Should().Be(401, $"{library} signed another body");
        (await Send(body, foreign)).Should().Be(401, $"{library} signed by another secret");
        if (library is not "octokit")
            (await Send(body, late)).Should().Be(401, $"{library} signed too long ago");
        (await Send(body, [])).Should().Be(401, "nobody signed it");
        (await Send(body, headers)).Should().Be(202, $"{library} signed it");

        async Task<int> Send(byte[] sent, (string, string)[] with) => (await sender.Post(url.AbsolutePath, sent, with)).Status;
    }

    private static async Task<(string Name, string Value)[]> Sign(NodePeer peer, Uri url, string library, string secret, byte[] body, long at)
    {
        var wanted = new { library, secret, body = Convert.ToBase64String(body), id = Guid.CreateVersion7(), at, url, issuer = "jira:acme" };
        using var answer = await peer.Http.PostAsync(new Uri(peer.Address, "/_peer/sign"), JsonContent.Create(wanted));
        answer.EnsureSuccessStatusCode();
        return [.. JsonElement.Parse(await answer.Content.ReadAsStringAsync()).EnumerateObject().Select(header => (header.Name, header.Value.GetString()!))];
    }

    private static string[] Verdicts(JsonElement received, string what) => [.. received.GetProperty(what).EnumerateArray().Select(says =>
        (says.GetProperty("standardwebhooks").GetBoolean(), says.GetProperty("svix").GetBoolean()) switch
        {
            (true, true) => "both",
            (false, false) => "none",
            var differing => differing.ToString(),
        })];
}
