using System.Text.Json;
using FluentAssertions;
using Hub.TestHarness;
using Hub.Webhooks.Retention;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;

namespace Hub.Webhooks.Tests.Outbound;

public sealed class DeliveryRetentionTests
{
    [Test]
    public async Task What_is_over_goes_with_its_day_and_what_waits_stays_whole()
    {
        await using var outbound = await OutboundHub.Start();
        var quick = await outbound.Endpoint();
        var paused = await outbound.Endpoint(new { enabled = false });
        var gone = await outbound.Endpoint(new { enabled = false });
        await outbound.Publish(payload: new { n = 1 });
        await outbound.Deliver();
        var delivered = (await outbound.Deliveries($"&endpoint_id={quick.GetProperty("id")}")).Single().GetProperty("id").GetString();
        var waiting = (await outbound.Deliveries($"&endpoint_id={paused.GetProperty("id")}")).Single().GetProperty("id").GetString();
        (await outbound.Http.Delete($"webhooks/endpoints/{gone.GetProperty("id")}")).Expect(204);

        await Keep();
        outbound.Time.Advance(TimeSpan.FromDays(29));
        await outbound.Publish(payload: new { n = 2 });
        await outbound.Deliver();
        await Keep();
        (await outbound.Http.Get($"webhooks/deliveries/{delivered}")).Expect(200).GetProperty("payload").GetProperty("type").GetString().Should().Be("invoice.paid");

        outbound.Time.Advance(TimeSpan.FromDays(3));
        await Keep();
        (await outbound.Http.Get($"webhooks/deliveries/{delivered}")).Expect(404);
        (await outbound.Http.Get($"webhooks/deliveries/{waiting}")).Expect(200).GetProperty("payload").GetProperty("data").GetProperty("n").GetInt32().Should().Be(1);
        (await outbound.Deliveries()).Should().HaveCount(3);

        (await outbound.Http.Patch($"webhooks/endpoints/{paused.GetProperty("id")}", new { enabled = true })).Expect(200);
        await outbound.Deliver();
        outbound.Receiver.Messages.Select(message => JsonElement.Parse(message.Body).GetProperty("data").GetProperty("n").GetInt32()).Should().Equal(1, 2, 1, 2);
        var kept = (await outbound.Http.Get($"webhooks/deliveries/{waiting}")).Expect(200);
        (kept.GetProperty("delivery").GetProperty("status").GetString(), kept.GetProperty("attempts").GetArrayLength()).Should().Be(("delivered", 1));
        (await outbound.Http.Post($"webhooks/deliveries/{waiting}/retry")).Expect(202);
        (await outbound.Deliver()).Should().Be(1);

        async Task Keep()
        {
            var worker = outbound.Hub.Services.GetRequiredService<RetentionWorker>();
            while (await worker.Tick(CancellationToken.None) > 0)
            {
            }
        }
    }
}
