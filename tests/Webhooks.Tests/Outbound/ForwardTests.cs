using System.Text.Json;
using Dapper;
using FluentAssertions;
using Hub.TestHarness;
using Hub.Webhooks.Processing;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using NUnit.Framework;

namespace Hub.Webhooks.Tests.Outbound;

/// <summary>Received events are forwarded to those who ask for them by name, and to nobody else.</summary>
public class ForwardTests
{
    private const string Token = "a-token-of-the-tests";

    [Test]
    public async Task A_proven_delivery_is_forwarded_to_those_who_ask_for_it_by_name()
    {
        await using var hub = await OutboundHub.Start();
        var address = await Gitlab(hub, hub.Tenant);
        var other = await hub.Hub.CreateScope("tenant", "Other");
        (await Receive(hub, address, "comment-snippet-event")).GetProperty("status").GetString().Should().Be("ignored", "nobody asked for it");

        await hub.Endpoint();
        await hub.Endpoint(new { event_types = new[] { "ticket.*" } });
        await hub.Endpoint(new { event_types = new[] { "webhook.*" } }, other);
        await hub.Endpoint(new { event_types = new[] { "webhook.forwarded" }, filter = new { integration_type = "sentry" } });
        (await Receive(hub, address, "comment-snippet-event")).GetProperty("status").GetString()
            .Should().Be("ignored", "asking for all is no wish for this, and scopes and filters hold");

        await hub.Endpoint(new { event_types = new[] { "webhook.*" } });
        await hub.Endpoint(new { event_types = new[] { "webhook.forwarded" }, filter = new { payload = new { object_kind = "note" } } });
        var forwarded = await Receive(hub, address, "comment-snippet-event");
        forwarded.GetProperty("status").GetString().Should().Be("processed");
        var detail = (await hub.Http.Get($"webhooks/events/{forwarded.GetProperty("id").GetString()}")).Expect(200);
        detail.GetProperty("effects").EnumerateArray().Should().ContainSingle().Which.GetString().Should().Be("forwarded to 2 endpoints");
        (await hub.Deliver()).Should().Be(2);
        foreach (var message in hub.Receiver.Messages)
        {
            var body = JsonElement.Parse(message.Body);
            body.GetProperty("type").GetString().Should().Be("webhook.forwarded");
            var data = body.GetProperty("data");
            data.GetProperty("event_id").GetString().Should().Be(forwarded.GetProperty("id").GetString());
            data.GetProperty("integration_type").GetString().Should().Be("gitlab");
            data.GetProperty("event_type").GetString().Should().Be("Note Hook");
            JsonElement.DeepEquals(data.GetProperty("payload"), JsonElement.Parse(Sample("comment-snippet-event"))).Should().BeTrue("it is what was sent");
        }

        await using var connection = new NpgsqlConnection(hub.Hub.ConnectionString);
        (await connection.ExecuteScalarAsync<long>("select count(*) from webhooks.live_events where type = 'webhook.forwarded'"))
            .Should().Be(0, "live clients are told webhook.received, without the payload");
    }

    [Test]
    public async Task A_payload_that_is_too_large_or_that_no_database_takes_is_left_out()
    {
        await using var hub = await OutboundHub.Start();
        var address = await Gitlab(hub, hub.Tenant);
        await hub.Endpoint(new { event_types = new[] { "webhook.forwarded" }, filter = new { integration_type = "gitlab" } });
        var large = $$"""{"text":"{{new string('x', 300_000)}}"}""";
        var deep = new string('[', 300) + new string(']', 300);
        foreach (var body in new[] { large, deep, """{"text":"a\u0000b"}""", """{"text":"\ud800"}""", """{"number":1e999999}""" })
            (await Receive(hub, address, "", body)).GetProperty("status").GetString().Should().Be("processed");
        (await hub.Deliver()).Should().Be(5);
        hub.Receiver.Messages.Should().OnlyContain(message =>
            JsonElement.Parse(message.Body, default).GetProperty("data").GetProperty("payload").ValueKind == JsonValueKind.Null);
    }

    private static async Task<string> Gitlab(OutboundHub hub, long scope) => (await hub.Http.Post("integrations", new
    {
        scope_id = scope, name = "GitLab", integration_type = "gitlab",
        configuration = new { base_url = "https://gitlab.example.com", token = "glpat-0123456789abcdefghij", webhook_token = Token },
    })).Expect(201).GetProperty("webhook_url").GetString()!;

    private static string Sample(string name) => Fixtures.Text($"gitlab/webhooks/go-playground/{name}.json");

    private static async Task<JsonElement> Receive(OutboundHub hub, string address, string sample, string? body = null)
    {
        using var stranger = hub.Hub.ClientFor(null);
        var id = (await stranger.Post(
            address, body ?? Sample(sample), ("X-Gitlab-Event", "Note Hook"), ("X-Gitlab-Token", Token),
            ("X-Gitlab-Event-UUID", $"{Guid.CreateVersion7()}"))).Expect(202).GetProperty("id").GetString()!;
        await hub.Hub.Services.GetRequiredService<InboxWorker>().Tick(CancellationToken.None);
        return (await hub.Http.Get("webhooks/events")).Expect(200).GetProperty("items").EnumerateArray().Single(one => one.GetProperty("id").GetString() == id);
    }
}
