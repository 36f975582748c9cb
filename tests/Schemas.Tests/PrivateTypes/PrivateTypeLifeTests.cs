using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using FluentAssertions;
using Hub.TestHarness;
using NUnit.Framework;

namespace Hub.Schemas.Tests.PrivateTypes;

/// <summary>A type that exists only as a document, from its first integration to a version that asks for more.</summary>
[FixtureLifeCycle(LifeCycle.SingleInstance)]
public class PrivateTypeLifeTests
{
    private const string Path = "integrations/schemas";
    private const string Secret = "a-secret-of-the-desk";
    private HubFixture hub = null!;

    [OneTimeSetUp]
    public async Task Start() => hub = await HubFixture.Start(setup => setup.Workers = false);

    [OneTimeTearDown]
    public async Task Stop() => await hub.DisposeAsync();

    [Test]
    public async Task it_receives_webhooks_at_once_signed_over_the_address_that_was_called()
    {
        await Put("front_desk", Document("front_desk"), 201);
        var integration = await Configure("front_desk", "Front desk");
        var address = new Uri(hub.Url, integration.GetProperty("webhook_url").GetString()!);
        const string body = """{"kind":"ticket.opened","number":7}""";

        (await Deliver(address, body, address.AbsoluteUri)).Should().Be(202);
        (await Deliver(new Uri(address, address.AbsolutePath.Replace("/api/v1", "", StringComparison.Ordinal)), body, null)).Should().Be(202, "the short address is signed as called");
        (await Deliver(address, body, "https://elsewhere.example/")).Should().Be(401);
        using var looking = new HttpRequestMessage(HttpMethod.Head, address.AbsolutePath.Replace("/api/v1", "", StringComparison.Ordinal));
        (await hub.ClientFor(null).SendAsync(looking)).StatusCode.Should().Be(System.Net.HttpStatusCode.OK, "some providers look before they send");
        (await Deliver(address, body + " ", address.AbsoluteUri, signedBody: body)).Should().Be(401);
        var events = (await hub.Http.Get($"webhooks/events?integration_id={integration.GetProperty("id").GetInt64()}")).Expect(200).GetProperty("items");
        events.EnumerateArray().Select(item => item.GetProperty("event_type").GetString()).Distinct().Should().Equal("ticket.opened");
    }

    // The hub sends to its own address: what it signs in a test is what it accepts from a sender.
    [TestCase("""{ "kind": "hmac", "header": "X-Desk-Signature", "prefix": "v1=", "secret_field": "signing_secret", "content": "{method}|{url}|{body}" }""")]
    [TestCase("""{ "kind": "hmac", "header": "X-Desk-Signature", "secret_field": "signing_secret", "content": "{body}{url}", "algorithm": "sha1", "encoding": "base64" }""")]
    [TestCase("""{ "kind": "basic", "username": "desk", "secret_field": "signing_secret" }""")]
    [TestCase("""{ "kind": "bearer", "secret_field": "signing_secret" }""")]
    public async Task a_signed_test_is_signed_as_deliveries_are_verified(string verification)
    {
        var type = $"desk_{Guid.CreateVersion7():N}";
        var document = Document(type);
        document["webhook"]!["verifications"]![0] = JsonNode.Parse(verification);
        await Put(type, document, 201);
        var integration = await Configure(type, type);
        var (id, address) = (integration.GetProperty("id").GetInt64(), new Uri(hub.Url, integration.GetProperty("webhook_url").GetString()!));
        (await hub.Http.Patch($"integrations/{id}", new { configuration = new { address = address.AbsoluteUri } })).Expect(200);

        var result = (await hub.Http.Post($"integrations/{id}/test", new { })).Expect(200);
        result.GetProperty("message").GetString().Should().Be("Connected to Acme Desk: accepted.");
    }

    [Test]
    public async Task instances_of_an_older_version_go_on_and_show_what_they_lack()
    {
        await Put("back_desk", Document("back_desk"), 201);
        var id = (await Configure("back_desk", "Back desk", size: "large")).GetProperty("id").GetInt64();
        (await Integration(id)).GetProperty("status").GetString().Should().Be("active");

        var more = Document("back_desk");
        more["fields"]!.AsArray().Add(new JsonObject { ["name"] = "floor", ["label"] = "Floor", ["type"] = "integer", ["required"] = true });
        await Put("back_desk", more, 200);
        var lacking = await Integration(id);
        lacking.GetProperty("missing_fields").EnumerateArray().Select(field => field.GetString()).Should().Equal("floor");
        lacking.GetProperty("status").GetString().Should().Be("configuring");
        lacking.GetProperty("configuration").GetProperty("size").GetString().Should().Be("large");

        (await hub.Http.Patch($"integrations/{id}", new { configuration = new { floor = 3 } })).Expect(200).GetProperty("status").GetString().Should().Be("active");
    }

    [Test]
    public async Task a_field_that_a_new_version_dropped_is_kept_shown_and_removable()
    {
        await Put("old_desk", Document("old_desk"), 201);
        var id = (await Configure("old_desk", "Old desk", size: "large")).GetProperty("id").GetInt64();
        var less = Document("old_desk");
        less["fields"]!.AsArray().RemoveAt(2);
        await Put("old_desk", less, 200);

        (await Integration(id)).GetProperty("configuration").GetProperty("size").GetString().Should().Be("large");
        (await hub.Http.Patch($"integrations/{id}", new { name = "Still an old desk" })).Expect(200);
        (await hub.Http.Patch($"integrations/{id}", new { configuration = new { size = "small" } })).Expect(400);
        (await hub.Http.Patch($"integrations/{id}", new { configuration = new { size = (string?)null } })).Expect(200)
            .GetProperty("configuration").TryGetProperty("size", out _).Should().BeFalse();
    }

    private async Task Put(string id, JsonNode document, int status) => (await hub.Http.Put($"{Path}/{id}", document.ToJsonString())).Expect(status);

    private async Task<System.Text.Json.JsonElement> Integration(long id) => (await hub.Http.Get($"integrations/{id}")).Expect(200);

    private async Task<System.Text.Json.JsonElement> Configure(string type, string name, string? size = null)
    {
        var configuration = new JsonObject { ["address"] = "https://desk.example.com", ["signing_secret"] = Secret };
        if (size is not null)
            configuration["size"] = size;
        return (await hub.Http.Post("integrations", new { scope_id = 1, name, integration_type = type, configuration })).Expect(201);
    }

    private async Task<int> Deliver(Uri address, string body, string? signedAddress, string? signedBody = null)
    {
        var mac = HMACSHA256.HashData(Encoding.UTF8.GetBytes(Secret), Encoding.UTF8.GetBytes($"POST|{signedAddress ?? address.AbsoluteUri}|{signedBody ?? body}"));
        using var client = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, address) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        request.Headers.Add("X-Desk-Signature", "v1=" + Convert.ToHexStringLower(mac));
        request.Headers.Add("X-Desk-Delivery", Guid.CreateVersion7().ToString());
        using var answer = await client.SendAsync(request);
        return (int)answer.StatusCode;
    }

    private static JsonNode Document(string id) => JsonNode.Parse($$"""
        {
          "$schema": "/schemas/integration-schema.json",
          "id": "{{id}}", "name": "Acme Desk", "category": "ticketing", "platform_name": "{{id}}", "integration_category": "ticketing",
          "description": "Tickets of Acme Desk.", "capabilities": ["test", "webhook_in"],
          "fields": [
            { "name": "address", "label": "Address", "type": "url", "required": true },
            { "name": "signing_secret", "label": "Signing secret", "type": "secret", "required": true },
            { "name": "size", "label": "Size", "type": "string" }
          ],
          "test": {
            "method": "POST", "url": "{address}", "signed": true, "body": { "json": { "kind": "desk.test" } },
            "expect": { "status": [202] }, "identity": "{$.status}"
          },
          "webhook": {
            "verifications": [
              { "kind": "hmac", "header": "X-Desk-Signature", "prefix": "v1=", "secret_field": "signing_secret", "content": "{method}|{url}|{body}" }
            ],
            "event_type": { "body": "$.kind" }, "delivery_id": { "header": "X-Desk-Delivery" }
          }
        }
        """)!;
}
