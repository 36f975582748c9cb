using System.Text.Json;
using FluentAssertions;
using Hub.Sync.Contracts;
using Hub.TestHarness;
using Hub.Webhooks.Sending;
using MediatR;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;

namespace Hub.Webhooks.Tests.Outbound;

public sealed class DeliveryTests
{
    private OutboundHub outbound = null!;

    [SetUp]
    public async Task Start() => outbound = await OutboundHub.Start();

    [TearDown]
    public async Task Stop() => await outbound.DisposeAsync();

    private Receiver Receiver => outbound.Receiver;

    [Test]
    public async Task A_message_is_signed_as_the_standard_says_with_both_secrets_while_one_is_rotated()
    {
        var endpoint = await outbound.Endpoint();
        var first = endpoint.GetProperty("secret").GetString()!;
        await outbound.Publish(payload: new { number = 7, note = "Grüße" });
        (await outbound.Deliver()).Should().Be(1);
        var message = Receiver.Messages.Single();
        message.IsSignedBy(first).Should().BeTrue();
        var body = JsonElement.Parse(message.Body);
        (body.GetProperty("type").GetString(), body.GetProperty("timestamp").GetString(), body.GetProperty("data").GetProperty("note").GetString())
            .Should().Be(("invoice.paid", "2026-11-21T12:00:00Z", "Grüße"));

        var rotated = (await outbound.Http.Post($"webhooks/endpoints/{endpoint.GetProperty("id")}/rotate-secret")).Expect(200).GetProperty("secret").GetString()!;
        await outbound.Publish();
        await outbound.Deliver();
        (Receiver.Messages.Last().IsSignedBy(first), Receiver.Messages.Last().IsSignedBy(rotated)).Should().Be((true, true));
        outbound.Time.Advance(TimeSpan.FromHours(25));
        await outbound.Publish();
        await outbound.Deliver();
        (Receiver.Messages.Last().IsSignedBy(first), Receiver.Messages.Last().IsSignedBy(rotated)).Should().Be((false, true));
        (await outbound.Show(endpoint)).TryGetProperty("secret", out _).Should().BeFalse();
    }

    [Test]
    public async Task An_event_goes_to_endpoints_at_its_scope_and_above_that_want_it()
    {
        var team = await outbound.Hub.CreateScope("team", "Core", outbound.Tenant);
        var other = await outbound.Hub.CreateScope("tenant", "Other");
        await outbound.Endpoint(new { event_types = new[] { "invoice.*" } });
        await outbound.Endpoint(new { event_types = new[] { "invoice.paid" }, filter = new { status = "Done" } }, team);
        await outbound.Endpoint(new { event_types = new[] { "ticket.created" } });
        await outbound.Endpoint(scope: other);
        (await outbound.Publish(scope: team, payload: new { status = "Done", more = 1 })).Should().Be(2);
        (await outbound.Publish(scope: team, payload: new { status = "Open" })).Should().Be(1);
        (await outbound.Publish(scope: outbound.Tenant, payload: new { status = "Done" })).Should().Be(1, "the team's endpoint is below");
        (await outbound.Publish("refund.made")).Should().Be(0);
    }

    [Test]
    public async Task Tickets_that_change_are_told_in_the_transaction_of_the_change()
    {
        await outbound.Endpoint(new { event_types = new[] { "ticket.updated" } });
        await using (var scope = outbound.Hub.Services.CreateAsyncScope())
            await scope.ServiceProvider.GetRequiredService<IMediator>().Publish(new TicketsChanged(5, [1, outbound.Tenant], [
                new TicketChange(11, "10011", "HUB-1", TicketChangeKind.Updated, "One\0", "Done", outbound.Time.GetUtcNow()),
                new TicketChange(12, "10012", "HUB-2", TicketChangeKind.Created, "Two", "Open", outbound.Time.GetUtcNow()),
            ]));
        await outbound.Deliver();
        JsonElement.Parse(Receiver.Messages.Single().Body).GetProperty("data").GetProperty("key").GetString().Should().Be("HUB-1");
    }

    [Test]
    public async Task A_refused_message_comes_again_with_the_same_id_when_its_time_has_come()
    {
        await outbound.Endpoint();
        Receiver.Answer = _ => (500, null);
        await outbound.Publish();
        await outbound.Deliver();
        var failed = (await outbound.Deliveries()).Single();
        (failed.GetProperty("status").GetString(), failed.GetProperty("attempts").GetInt32(), failed.GetProperty("status_code").GetInt32()).Should().Be(("pending", 1, 500));
        (await outbound.Deliver()).Should().Be(0);

        Receiver.Answer = _ => (204, null);
        outbound.Time.Advance(TimeSpan.FromSeconds(7));
        (await outbound.Deliver()).Should().Be(1);
        Receiver.Messages.Select(message => message.Id).Distinct().Should().ContainSingle();
        var shown = (await outbound.Http.Get($"webhooks/deliveries/{failed.GetProperty("id").GetString()}")).Expect(200);
        shown.GetProperty("delivery").GetProperty("status").GetString().Should().Be("delivered");
        shown.GetProperty("attempts").EnumerateArray().Select(attempt => attempt.GetProperty("response_head").GetString()).Should().Equal("answered 500", "");
        shown.GetProperty("payload").GetProperty("type").GetString().Should().Be("invoice.paid");
    }

    [Test]
    public async Task A_redirect_is_a_failure_a_throttle_waits_and_gone_ends_it()
    {
        var endpoint = await outbound.Endpoint();
        Receiver.Answer = _ => (301, null);
        await outbound.Publish();
        await outbound.Deliver();
        (await outbound.Deliveries()).Single().GetProperty("last_error").GetString().Should().Contain("redirects");
        Receiver.Messages.Should().ContainSingle("a redirect is not followed");

        Receiver.Answer = _ => (429, "600");
        outbound.Time.Advance(TimeSpan.FromSeconds(7));
        await outbound.Deliver();
        var throttled = (await outbound.Deliveries()).Single();
        (throttled.GetProperty("attempts").GetInt32(), throttled.GetProperty("next_attempt_at").GetDateTimeOffset() - outbound.Time.GetUtcNow())
            .Should().Be((1, TimeSpan.FromMinutes(10)));
        await outbound.Publish();
        outbound.Time.Advance(TimeSpan.FromMinutes(9));
        (await outbound.Deliver()).Should().Be(0, "the endpoint asked to be left alone");

        Receiver.Answer = _ => (410, null);
        outbound.Time.Advance(TimeSpan.FromMinutes(2));
        await outbound.Deliver();
        var gone = await outbound.Show(endpoint);
        (gone.GetProperty("state").GetString(), gone.GetProperty("enabled").GetBoolean()).Should().Be(("disabled", false));
        (await outbound.Deliveries()).Should().OnlyContain(delivery => delivery.GetProperty("status").GetString() == "failed");
        (await outbound.Publish()).Should().Be(0);
        (await outbound.Http.Post($"webhooks/deliveries/{throttled.GetProperty("id").GetString()}/retry")).Expect(409).GetProperty("code").GetString().Should().Be("endpoint_disabled");
    }

    [Test]
    public async Task What_waited_at_a_disabled_endpoint_is_recovered_and_enabling_it_starts_fresh()
    {
        var endpoint = await outbound.Endpoint();
        var path = $"webhooks/endpoints/{endpoint.GetProperty("id")}";
        var since = outbound.Time.GetUtcNow();
        Receiver.Answer = _ => (500, null);
        for (var i = 0; i < 10; i++)
            await outbound.Publish(payload: new { i });
        for (var hours = 0; hours < 120; hours += 6)
        {
            await outbound.Deliver();
            (await outbound.Deliveries()).Should().OnlyContain(delivery => delivery.GetProperty("status").GetString() == "pending");
            outbound.Time.Advance(TimeSpan.FromHours(6));
        }

        await outbound.Deliver();
        var disabled = await outbound.Show(endpoint);
        (disabled.GetProperty("state").GetString(), disabled.GetProperty("disabled_reason").GetString()).Should().Be(("disabled", "It has accepted nothing for five days."));
        (await outbound.Deliveries()).Should().OnlyContain(delivery => delivery.GetProperty("status").GetString() == "failed");
        (await outbound.Http.Post($"{path}/recover", new { since })).Expect(409).GetProperty("code").GetString().Should().Be("endpoint_disabled");

        Receiver.Answer = _ => (204, null);
        var enabled = (await outbound.Http.Patch(path, """{"enabled":true}""")).Expect(200);
        (enabled.GetProperty("breaker").GetString(), enabled.GetProperty("failing_since").ValueKind).Should().Be(("closed", JsonValueKind.Null));
        (await outbound.Http.Post($"{path}/recover", new { since })).Expect(202).GetProperty("recovered").GetInt64().Should().Be(10);
        await outbound.Deliver();
        (await outbound.Deliveries("&status=delivered")).Should().HaveCount(10);
        (await outbound.Deliveries($"&since={Uri.EscapeDataString(outbound.Time.GetUtcNow().ToString("O"))}")).Should().BeEmpty();
        (await outbound.Deliveries($"&event_type=invoice.paid&since={Uri.EscapeDataString(since.ToString("O"))}")).Should().HaveCount(10);
    }

    [Test]
    public async Task While_the_breaker_is_open_messages_wait_and_lose_no_attempt_then_they_follow_ever_faster()
    {
        var endpoint = await outbound.Endpoint();
        Receiver.Answer = _ => (500, null);
        for (var i = 0; i < EndpointBreaker.OpensAfter; i++)
            await outbound.Publish(payload: new { i });
        await outbound.Deliver();
        (await outbound.Show(endpoint)).GetProperty("breaker").GetString().Should().Be("open");

        for (var i = 5; i < 12; i++)
            await outbound.Publish(payload: new { i });
        (await outbound.Deliver()).Should().Be(0);
        outbound.Time.Advance(TimeSpan.FromSeconds(31));
        (await outbound.Round()).Should().Be(1, "one is tried");
        (await outbound.Deliver()).Should().Be(0);
        (await outbound.Deliveries()).Select(delivery => delivery.GetProperty("attempts").GetInt32()).Should().OnlyContain(attempts => attempts <= 1);
        (await outbound.Deliveries()).Should().OnlyContain(delivery => delivery.GetProperty("status").GetString() == "pending");

        Receiver.Answer = _ => (204, null);
        outbound.Time.Advance(TimeSpan.FromSeconds(61));
        var rounds = new List<int>();
        while (await outbound.Round() is > 0 and var taken)
            rounds.Add(taken);
        rounds.Should().Equal(1, 1, 2, 8);
        (await outbound.Show(endpoint)).GetProperty("breaker").GetString().Should().Be("closed");
        Receiver.Messages.TakeLast(11).Select(message => JsonElement.Parse(message.Body).GetProperty("data").GetProperty("i").GetInt32())
            .Should().BeSubsetOf(Enumerable.Range(0, 12));
        (await outbound.Deliveries()).Should().OnlyContain(delivery => delivery.GetProperty("status").GetString() == "delivered");
    }

    [Test]
    public async Task In_order_by_entity_one_that_fails_holds_back_its_own_followers_only()
    {
        await outbound.Endpoint(new { ordering = "entity" });
        Receiver.Answer = message => (message.Body.Contains("\"n\":1") ? 500 : 204, null);
        await outbound.Publish(payload: new { entity = "a", n = 1 });
        await outbound.Publish(payload: new { entity = "a", n = 2 });
        await outbound.Publish(payload: new { entity = "b", n = 3 });
        await outbound.Publish(payload: new { n = 4 });
        await outbound.Deliver();
        Numbers().Should().BeEquivalentTo([1, 3, 4]);
        Receiver.Answer = _ => (204, null);
        outbound.Time.Advance(TimeSpan.FromSeconds(7));
        await outbound.Deliver();
        Numbers().TakeLast(2).Should().Equal(1, 2);

        IEnumerable<int> Numbers() => Receiver.Messages.Select(message => JsonElement.Parse(message.Body).GetProperty("data").GetProperty("n").GetInt32());
    }

    [Test]
    public async Task Order_by_entity_holds_over_retries_and_two_hubs_while_other_entities_flow()
    {
        await outbound.Endpoint(new { ordering = "entity" });
        await using var second = await HubFixture.Start(setup => (setup.Workers, setup.Time, setup.ConnectionString) = (false, outbound.Time, outbound.Hub.ConnectionString));
        var bad = true;
        var accepted = new System.Collections.Concurrent.ConcurrentQueue<(string Entity, int N)>();
        Receiver.Answer = message =>
        {
            var data = JsonElement.Parse(message.Body).GetProperty("data");
            var (entity, n) = (data.GetProperty("entity").GetString()!, data.GetProperty("n").GetInt32());
            if (entity is "bad" && bad)
                return (500, null);
            accepted.Enqueue((entity, n));
            return (204, null);
        };
        for (var n = 0; n < 12; n++)
            foreach (var entity in new[] { "bad", "good", "other" })
                await outbound.Publish(payload: new { entity, n });
        var workers = new[] { outbound.Worker, second.Services.GetRequiredService<DeliveryWorker>() };
        await Both();
        accepted.Should().HaveCount(24, "the others do not wait");
        Receiver.Messages.Count(message => message.Body.Contains("\"bad\"")).Should().Be(1, "its followers do");

        bad = false;
        outbound.Time.Advance(TimeSpan.FromSeconds(7));
        await Both();
        foreach (var entity in new[] { "bad", "good", "other" })
            accepted.Where(one => one.Entity == entity).Select(one => one.N).Should().Equal(Enumerable.Range(0, 12));

        Task Both() => Task.WhenAll(workers.Select(async worker =>
        {
            for (var idle = 0; idle < 20;)
            {
                var taken = await worker.Tick(default);
                idle = taken == 0 ? idle + 1 : 0;
                for (var settled = 0; settled < taken;)
                    settled += await worker.Settle(default);
            }
        }));
    }

    [Test]
    public async Task Ten_thousand_waiting_for_one_tenant_do_not_hold_up_another()
    {
        var crowd = await outbound.Hub.CreateScope("tenant", "Crowd");
        for (var i = 0; i < 10; i++)
            await outbound.Endpoint(scope: crowd);
        await using (var scope = outbound.Hub.Services.CreateAsyncScope())
            await scope.ServiceProvider.GetRequiredService<IMediator>().Publish(new TicketsChanged(5, [1, crowd], [.. Enumerable.Range(1, 1000).Select(n =>
                new TicketChange(n, $"{n}", $"HUB-{n}", TicketChangeKind.Updated, "One", "Done", outbound.Time.GetUtcNow()))]));
        await outbound.Endpoint();
        await outbound.Round();
        await outbound.Publish("quiet.tenant");
        await outbound.Round();
        Receiver.Messages.Should().ContainSingle(message => message.Body.Contains("quiet.tenant"));
        Receiver.Messages.Count.Should().BeLessThan(300, "it went with the next round, not after the crowd");
    }

    [Test]
    public async Task A_rate_limit_spreads_messages_over_time()
    {
        await outbound.Endpoint(new { rate_limit = 3 });
        for (var i = 0; i < 8; i++)
            await outbound.Publish();
        var perSecond = new List<int>();
        for (var second = 0; second < 3; second++)
        {
            perSecond.Add(await outbound.Deliver());
            outbound.Time.Advance(TimeSpan.FromSeconds(1));
        }

        perSecond.Should().Equal(3, 3, 2);
    }

    [Test]
    public async Task What_a_crash_interrupted_is_sent_again_when_its_lease_ends()
    {
        await outbound.Endpoint();
        await outbound.Publish();
        await using (var scope = outbound.Hub.Services.CreateAsyncScope())
            (await DeliveryClaims.Take(scope.ServiceProvider.GetRequiredService<SharedKernel.Data.Db>(), Guid.CreateVersion7(), 10, _ => 10, outbound.Time.GetUtcNow(), default))
                .Should().ContainSingle();
        (await outbound.Deliver()).Should().Be(0);
        outbound.Time.Advance(DeliveryClaims.Lease + TimeSpan.FromSeconds(1));
        (await outbound.Deliver()).Should().Be(1);
        (await outbound.Deliveries()).Single().GetProperty("status").GetString().Should().Be("delivered");
    }

    [Test]
    public async Task Two_hubs_on_one_database_send_each_message_once()
    {
        await outbound.Endpoint();
        await using var second = await HubFixture.Start(setup => (setup.Workers, setup.Time, setup.ConnectionString) = (false, outbound.Time, outbound.Hub.ConnectionString));
        for (var i = 0; i < 30; i++)
            await outbound.Publish(payload: new { i });
        var workers = new[] { outbound.Worker, second.Services.GetRequiredService<DeliveryWorker>() };
        await Task.WhenAll(workers.Select(async worker =>
        {
            for (var idle = 0; idle < 3;)
            {
                var taken = await worker.Tick(default);
                idle = taken == 0 ? idle + 1 : 0;
                for (var settled = 0; settled < taken;)
                    settled += await worker.Settle(default);
            }
        }));
        await outbound.Deliver();
        Receiver.Messages.Should().HaveCount(30).And.OnlyHaveUniqueItems(message => message.Id);
    }

    [Test]
    public async Task Of_several_hubs_one_tries_an_endpoint_whose_breaker_is_open()
    {
        var endpoint = await outbound.Endpoint();
        await using var second = await HubFixture.Start(setup => (setup.Workers, setup.Time, setup.ConnectionString) = (false, outbound.Time, outbound.Hub.ConnectionString));
        Receiver.Answer = _ => (500, null);
        for (var i = 0; i < EndpointBreaker.OpensAfter + 5; i++)
            await outbound.Publish(payload: new { i });
        await outbound.Deliver();
        for (var probe = 1; probe <= 5; probe++)
        {
            outbound.Time.Advance(TimeSpan.FromMinutes(16));
            var before = Receiver.Messages.Count;
            var taken = await Task.WhenAll(new[] { outbound.Worker, second.Services.GetRequiredService<DeliveryWorker>() }.SelectMany(worker => new[] { Once(worker), Once(worker) }));
            (taken.Sum(), Receiver.Messages.Count - before).Should().Be((1, 1));
        }

        (await outbound.Show(endpoint)).GetProperty("breaker").GetString().Should().Be("open");

        static Task<int> Once(DeliveryWorker worker) => Task.Run(async () =>
        {
            var taken = await worker.Tick(default);
            for (var settled = 0; settled < taken;)
                settled += await worker.Settle(default);
            return taken;
        });
    }

    [Test]
    public async Task After_the_last_attempt_it_is_given_up_and_can_be_sent_again_alone_or_since_a_time()
    {
        var endpoint = await outbound.Endpoint();
        Receiver.Answer = _ => (500, null);
        await outbound.Publish();
        for (var attempt = 0; attempt < DeliverySchedule.MaxAttempts + 20; attempt++)
        {
            await outbound.Deliver();
            outbound.Time.Advance(TimeSpan.FromHours(1));
        }

        var failed = (await outbound.Deliveries("&status=failed"));
        Receiver.Answer = _ => (204, null);
        if (failed.Length == 0)
        {
            outbound.Time.Advance(TimeSpan.FromHours(20));
            Receiver.Answer = _ => (500, null);
            await outbound.Deliver();
            Receiver.Answer = _ => (204, null);
        }

        var since = new DateTimeOffset(2026, 11, 21, 0, 0, 0, TimeSpan.Zero);
        (await outbound.Http.Post($"webhooks/endpoints/{endpoint.GetProperty("id")}/recover", new { since = since.AddDays(30) })).Expect(202).GetProperty("recovered").GetInt64().Should().Be(0);
        await outbound.Http.Post($"webhooks/endpoints/{endpoint.GetProperty("id")}/recover", new { since });
        outbound.Time.Advance(TimeSpan.FromHours(1));
        await outbound.Deliver();
        var delivered = (await outbound.Deliveries()).Single();
        delivered.GetProperty("status").GetString().Should().Be("delivered");
        (await outbound.Http.Post($"webhooks/deliveries/{delivered.GetProperty("id").GetString()}/retry")).Expect(202).GetProperty("status").GetString().Should().Be("pending");
        var before = Receiver.Messages.Count;
        await outbound.Deliver();
        Receiver.Messages.Should().HaveCount(before + 1);
    }
}
