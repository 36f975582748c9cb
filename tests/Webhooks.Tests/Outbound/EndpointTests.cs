using FluentAssertions;
using Hub.TestHarness;
using NUnit.Framework;

namespace Hub.Webhooks.Tests.Outbound;

public sealed class EndpointTests
{
    private OutboundHub outbound = null!;

    [SetUp]
    public async Task Start() => outbound = await OutboundHub.Start();

    [TearDown]
    public async Task Stop() => await outbound.DisposeAsync();

    [Test]
    public async Task An_endpoint_is_made_changed_paused_and_deleted()
    {
        var made = await outbound.Endpoint(new { event_types = new[] { "ticket.created" }, filter = new { status = "Done" }, rate_limit = 10, ordering = "entity", description = "Ours" });
        made.GetProperty("secret").GetString().Should().StartWith("whsec_");
        (made.GetProperty("state").GetString(), made.GetProperty("enabled").GetBoolean(), made.GetProperty("breaker").GetString()).Should().Be(("active", true, "closed"));
        var path = $"webhooks/endpoints/{made.GetProperty("id")}";
        var changed = (await outbound.Http.Patch(path, """{"filter":null,"rate_limit":null,"event_types":["*"],"enabled":false}""")).Expect(200);
        (changed.GetProperty("filter").ValueKind, changed.GetProperty("event_types").GetArrayLength(), changed.GetProperty("state").GetString())
            .Should().Be((System.Text.Json.JsonValueKind.Null, 0, "paused"));
        changed.GetProperty("description").GetString().Should().Be("Ours");
        (await outbound.Http.Patch(path, """{"enabled":false}""")).Expect(200).GetProperty("version").GetInt64().Should().Be(2, "nothing changed");

        (await outbound.Publish()).Should().Be(1, "messages for a paused endpoint wait");
        (await outbound.Deliver()).Should().Be(0);
        (await outbound.Http.Patch(path, """{"enabled":true}""")).Expect(200);
        (await outbound.Deliver()).Should().Be(1);
        (await outbound.Http.Patch(path, """{"description":"x"}""", ("If-Match", "\"1\""))).Expect(412);
        (await outbound.Http.Delete(path)).Expect(204);
        (await outbound.Http.Get(path)).Expect(404);
        (await outbound.Deliveries()).Should().BeEmpty();
        (await outbound.Http.Get("audit?target_type=endpoint")).Expect(200).GetProperty("items").EnumerateArray().Select(entry => entry.GetProperty("action").GetString())
            .Should().Equal("endpoint.deleted", "endpoint.updated", "endpoint.updated", "endpoint.created");
    }

    [TestCase("""{"url":"ftp://x"}""", "url")]
    [TestCase("""{"url":"https://user:pw@example.com"}""", "url")]
    [TestCase("""{"event_types":["Nonsense!"]}""", "event_types")]
    [TestCase("""{"filter":[1]}""", "filter")]
    [TestCase("""{"rate_limit":0}""", "rate_limit")]
    [TestCase("""{"ordering":"random"}""", "ordering")]
    [TestCase("""{"secret":"short"}""", "secret")]
    [TestCase("""{"typo":1}""", "typo")]
    public async Task Wrong_members_are_named(string body, string member)
    {
        var given = System.Text.Json.Nodes.JsonNode.Parse(body)!.AsObject();
        given["scope_id"] = outbound.Tenant;
        given["url"] ??= "https://example.com/hook";
        (await outbound.Http.Post("webhooks/endpoints", given.ToJsonString())).Expect(400).GetProperty("errors").EnumerateObject().Select(error => error.Name)
            .Should().ContainSingle().Which.Should().StartWith(member);
        if (member is "secret")
            return;
        var made = await outbound.Endpoint();
        (await outbound.Http.Patch($"webhooks/endpoints/{made.GetProperty("id")}", body)).Expect(400).GetProperty("errors").EnumerateObject().Should().ContainSingle();
    }

    [TestCase("\\ud800")]
    [TestCase("\\u0000")]
    public async Task Text_that_no_database_keeps_is_refused_by_name(string text)
    {
        (await outbound.Http.Post("webhooks/events/publish", $$$"""{"scope_id":{{{outbound.Tenant}}},"event_type":"a.b","payload":{"x":["{{{text}}}"]}}"""))
            .Expect(400).GetProperty("errors").EnumerateObject().Should().ContainSingle().Which.Name.Should().Be("payload");
        (await outbound.Http.Post("webhooks/events/publish", $$$"""{"scope_id":{{{outbound.Tenant}}},"event_type":"a.b","payload":{"x":1e999999}}""")).Expect(400);
        (await outbound.Http.Post("webhooks/endpoints", $$$"""{"scope_id":{{{outbound.Tenant}}},"url":"https://example.com","filter":{"x":"{{{text}}}"}}"""))
            .Expect(400).GetProperty("errors").EnumerateObject().Should().ContainSingle().Which.Name.Should().Be("filter");
    }

    [Test]
    public async Task A_secret_of_ones_own_signs_and_is_not_sent_back()
    {
        const string own = "whsec_YW4tZW5kcG9pbnQtc2VjcmV0LW9mLW91ci1vd24=";
        (await outbound.Endpoint(new { secret = own })).GetProperty("secret").GetString().Should().Be("[ENCRYPTED]");
        await outbound.Publish();
        await outbound.Deliver();
        outbound.Receiver.Messages.Single().IsSignedBy(own).Should().BeTrue();
    }

    [Test]
    public async Task Ed25519_signs_with_a_key_that_never_leaves_and_both_keys_hold_for_a_day()
    {
        var made = await outbound.Endpoint(new { signature = "ed25519" });
        made.TryGetProperty("secret", out _).Should().BeFalse("the private key stays");
        var first = made.GetProperty("public_key").GetString()!;
        await outbound.Publish();
        await outbound.Deliver();
        outbound.Receiver.Messages.Single().IsSignedByKey(first).Should().BeTrue();

        var rotated = (await outbound.Http.Post($"webhooks/endpoints/{made.GetProperty("id")}/rotate-secret")).Expect(200);
        rotated.TryGetProperty("secret", out _).Should().BeFalse();
        var second = (await outbound.Show(made)).GetProperty("public_key").GetString()!;
        second.Should().NotBe(first).And.Be(rotated.GetProperty("public_key").GetString());
        await outbound.Publish();
        await outbound.Deliver();
        (outbound.Receiver.Messages.Last().IsSignedByKey(first), outbound.Receiver.Messages.Last().IsSignedByKey(second)).Should().Be((true, true));
        outbound.Time.Advance(TimeSpan.FromHours(25));
        (await outbound.Http.Post($"webhooks/endpoints/{made.GetProperty("id")}/test")).Expect(200);
        (outbound.Receiver.Messages.Last().IsSignedByKey(first), outbound.Receiver.Messages.Last().IsSignedByKey(second)).Should().Be((false, true));
        (await outbound.Http.Post("webhooks/endpoints", new { scope_id = outbound.Tenant, url = "https://example.com", signature = "ed25519", secret = "whsec_YW4tZW5kcG9pbnQtc2VjcmV0LW9mLW91ci1vd24=" })).Expect(400);
        (await outbound.Http.Patch($"webhooks/endpoints/{made.GetProperty("id")}", new { signature = "hmac" })).Expect(400).GetProperty("errors").TryGetProperty("signature", out _).Should().BeTrue();
    }

    [Test]
    public async Task A_test_message_says_what_came_of_it()
    {
        var made = await outbound.Endpoint(new { enabled = false });
        var path = $"webhooks/endpoints/{made.GetProperty("id")}/test";
        var good = (await outbound.Http.Post(path)).Expect(200);
        (good.GetProperty("success").GetBoolean(), good.GetProperty("status_code").GetInt32()).Should().Be((true, 204));
        outbound.Receiver.Messages.Single().IsSignedBy(made.GetProperty("secret").GetString()!).Should().BeTrue();
        outbound.Receiver.Messages.Single().Body.Should().Contain("\"type\":\"hub.test\"");
        outbound.Receiver.Answer = _ => (401, null);
        (await outbound.Http.Post(path)).Expect(200).GetProperty("error").GetString().Should().Contain("HTTP 401");
    }

    [Test]
    public async Task Addresses_that_the_policy_forbids_fail_the_delivery_not_the_hub()
    {
        var made = await outbound.Endpoint(new { url = "http://169.254.169.254/latest/meta-data" });
        (await outbound.Http.Post($"webhooks/endpoints/{made.GetProperty("id")}/test")).Expect(200).GetProperty("success").GetBoolean().Should().BeFalse();
        await outbound.Publish();
        await outbound.Deliver();
        var delivery = (await outbound.Deliveries()).Single();
        (delivery.GetProperty("status").GetString(), delivery.GetProperty("status_code").ValueKind).Should().Be(("pending", System.Text.Json.JsonValueKind.Null));
    }

    [Test]
    public async Task Other_tenants_see_nothing_and_viewers_change_nothing()
    {
        var made = await outbound.Endpoint();
        await outbound.Publish();
        var delivery = (await outbound.Deliveries()).Single().GetProperty("id").GetString();
        var id = made.GetProperty("id");
        using var stranger = await outbound.Hub.ClientWith("admin", await outbound.Hub.CreateScope("tenant", "Other"));
        foreach (var answer in new[]
        {
            await stranger.Get($"webhooks/endpoints/{id}"), await stranger.Patch($"webhooks/endpoints/{id}", new { enabled = false }), await stranger.Delete($"webhooks/endpoints/{id}"),
            await stranger.Post($"webhooks/endpoints/{id}/rotate-secret"), await stranger.Post($"webhooks/endpoints/{id}/test"),
            await stranger.Post($"webhooks/endpoints/{id}/recover", new { since = outbound.Time.GetUtcNow() }),
            await stranger.Get($"webhooks/deliveries/{delivery}"), await stranger.Post($"webhooks/deliveries/{delivery}/retry"),
            await stranger.Post("webhooks/endpoints", new { scope_id = outbound.Tenant, url = "https://example.com" }),
            await stranger.Post("webhooks/events/publish", new { scope_id = outbound.Tenant, event_type = "a.b", payload = new { } }),
        })
            answer.Expect(404);
        (await stranger.Get("webhooks/deliveries")).Expect(200).GetProperty("items").GetArrayLength().Should().Be(0);
        using var viewer = await outbound.Hub.ClientWith("viewer", outbound.Tenant);
        (await viewer.Post($"webhooks/endpoints/{id}/rotate-secret")).Expect(403);
        (await viewer.Get("webhooks/endpoints")).Expect(200).GetProperty("items").GetArrayLength().Should().Be(1);
        (await outbound.Http.Delete($"scopes/{outbound.Tenant}?cascade=true")).Expect(204);
        (await outbound.Http.Get("webhooks/endpoints")).Expect(200).GetProperty("items").GetArrayLength().Should().Be(0);
    }
}
