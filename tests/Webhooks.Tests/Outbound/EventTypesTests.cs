using System.Text.Json;
using FluentAssertions;
using Hub.Integrations.Contracts;
using Hub.Sync.Contracts;
using Hub.TestHarness;
using Hub.Webhooks.EventTypes;
using MediatR;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;

namespace Hub.Webhooks.Tests.Outbound;

public sealed class EventTypesTests
{
    private OutboundHub outbound = null!;

    [SetUp]
    public async Task Start() => outbound = await OutboundHub.Start();

    [TearDown]
    public async Task Stop() => await outbound.DisposeAsync();

    [Test]
    public async Task What_is_delivered_is_what_the_schemas_say()
    {
        var now = outbound.Time.GetUtcNow();
        var endpoint = await outbound.Endpoint(new { event_types = HubEventTypes.All.Select(type => type.Name) });
        var failing = await outbound.Endpoint(new { url = outbound.Receiver.Url + "/failing", event_types = new[] { "own.event" }, description = "Failing" });
        long[] path = [1, outbound.Tenant];
        var integration = new IntegrationInfo(12, outbound.Tenant, path, "Payments Jira", "jira", "ticketing", true, "active", "error", 1);
        string[] repository = ["commit.created", "release.published", "pull_request.opened", "pull_request.updated", "pull_request.closed", "pull_request.merged", "pull_request.reopened"];
        INotification[] news =
        [
            new TicketsChanged(12, path, [.. Enum.GetValues<TicketChangeKind>().Select(kind => new TicketChange(1, "10011", "HUB-1", kind, null, "Done", now))]),
            new RepositoryChanged(12, path, 3, "acme/payments", [.. repository.Select(type => new RepositoryChange(type, 8, "42", "Title", null, "main", "https://x.test/1", now))]),
            new SyncRunChanged(Guid.CreateVersion7(now), 12, path, "full", "completed", 5, 1, 1, 3, 0, 1, null),
            new SyncRunChanged(Guid.CreateVersion7(now), 12, path, "full", "failed", 5, 1, 1, 3, 0, null, "The token was refused."),
            new StreamFreshnessChanged(12, "jira", path, "issues", null, "stale", now, null, 60, false, null, null),
            new StreamFreshnessChanged(12, "jira", path, "issues", "stale", null, null, now, 60, false, 4, 4),
            new IntegrationHealthChanged(integration, "healthy", "error", "auth", "The token was refused."),
        ];
        foreach (var one in news)
        {
            await using var scope = outbound.Hub.Services.CreateAsyncScope();
            await scope.ServiceProvider.GetRequiredService<IMediator>().Publish(one);
        }

        outbound.Receiver.Answer = message => (message.Body.Contains("own.event") ? 410 : 204, null);
        await outbound.Publish("own.event");
        await outbound.Deliver();
        (await outbound.Show(failing)).GetProperty("state").GetString().Should().Be("disabled");
        (await outbound.Http.Post($"webhooks/endpoints/{endpoint.GetProperty("id")}/test")).Expect(200);

        var types = (await outbound.Http.Get("webhooks/event-types")).Expect(200).GetProperty("items").EnumerateArray().ToDictionary(type => type.GetProperty("name").GetString()!);
        foreach (var body in outbound.Receiver.Messages.Select(message => JsonElement.Parse(message.Body)).Where(body => body.GetProperty("type").GetString() is not "own.event"))
            Matches(types[body.GetProperty("type").GetString()!], body);
        outbound.Receiver.Messages.Select(message => JsonElement.Parse(message.Body).GetProperty("type").GetString()).Should().Contain("endpoint.disabled").And.Contain("hub.test");
        foreach (var type in types.Values)
        {
            var name = type.GetProperty("name").GetString();
            Matches(type, JsonSerializer.SerializeToElement(new { type = name, timestamp = "2026-11-28T12:00:00Z", data = type.GetProperty("example") }));
        }

        static void Matches(JsonElement type, JsonElement message)
        {
            var name = type.GetProperty("name").GetString();
            PayloadSchema.Errors(type.GetProperty("message_schema"), message).Should().BeEmpty("{0} is what its schema says", name);
            message.GetProperty("data").EnumerateObject().Select(member => member.Name)
                .Should().BeSubsetOf(type.GetProperty("schema").GetProperty("properties").EnumerateObject().Select(member => member.Name), "{0} has no member that it does not tell of", name);
        }
    }

    [Test]
    public async Task A_registered_type_checks_what_is_published_under_its_name_there_and_below()
    {
        var team = await outbound.Hub.CreateScope("team", "Core", outbound.Tenant);
        var schema = new { type = "object", required = new[] { "amount" }, properties = new { amount = new { type = "number", minimum = 0 }, lines = new { type = "array", items = new { type = "string" } } } };
        var made = (await outbound.Http.Post("webhooks/event-types", new { scope_id = outbound.Tenant, name = "invoice.paid", description = "Paid", schema, example = new { amount = 5 } })).Expect(201);
        var path = $"webhooks/event-types/{made.GetProperty("id")}";
        (await outbound.Http.Post("webhooks/event-types", new { scope_id = outbound.Tenant, name = "invoice.paid" })).Expect(409).GetProperty("code").GetString().Should().Be("name_taken");
        (await outbound.Http.Post("webhooks/event-types", new { scope_id = outbound.Tenant, name = "ticket.created" })).Expect(409);
        foreach (var wrong in new[] { """{"type":"nonsense"}""", """{"$ref":"#"}""", """{"properties":{"a":{"pattern":"(a+)+$"}}}""", "5" })
            (await outbound.Http.Post("webhooks/event-types", $$"""{"scope_id":{{outbound.Tenant}},"name":"a.b","schema":{{wrong}}}""")).Expect(400)
                .GetProperty("errors").EnumerateObject().Should().ContainSingle().Which.Name.Should().Be("schema");

        var refused = (await outbound.Http.Post("webhooks/events/publish", new { scope_id = team, event_type = "invoice.paid", payload = new { amount = -1, lines = new object[] { "x", 7 } } })).Expect(422);
        (refused.GetProperty("code").GetString(), string.Join(' ', refused.GetProperty("errors").EnumerateObject().Select(error => error.Name).Order()))
            .Should().Be(("payload_refused", "payload.amount payload.lines.1"));
        await outbound.Publish(scope: team, payload: new { amount = 3 });
        await outbound.Publish("refund.made", new { anything = true });

        using var stranger = await outbound.Hub.ClientWith("admin", await outbound.Hub.CreateScope("tenant", "Other"));
        (await stranger.Get(path)).Expect(404);
        (await stranger.Patch(path, new { archived = true })).Expect(404);
        (await stranger.Delete(path)).Expect(404);
        using var below = await outbound.Hub.ClientWith("manager", team);
        (await below.Get(path)).Expect(200).GetProperty("schema").GetProperty("required")[0].GetString().Should().Be("amount");
        (await below.Patch(path, new { archived = true })).Expect(404);

        (await outbound.Http.Patch(path, """{"description":null,"archived":true}""", ("If-Match", "\"1\""))).Expect(200).GetProperty("archived").GetBoolean().Should().BeTrue();
        (await outbound.Http.Patch(path, """{"archived":true}""", ("If-Match", "\"1\""))).Expect(412);
        await outbound.Publish(payload: new { amount = -1 });
        Names(await outbound.Http.Get("webhooks/event-types")).Should().NotContain("invoice.paid").And.Contain("ticket.created");
        Names(await outbound.Http.Get("webhooks/event-types?archived=true")).Should().Equal("invoice.paid");
        (await outbound.Http.Delete(path)).Expect(204);
        (await outbound.Http.Get(path)).Expect(404);

        static IEnumerable<string?> Names(Answer answer) => answer.Expect(200).GetProperty("items").EnumerateArray().Select(type => type.GetProperty("name").GetString());
    }
}
