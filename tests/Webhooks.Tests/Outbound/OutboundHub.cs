using System.Text.Json;
using Hub.TestHarness;
using Hub.Webhooks.Sending;
using Microsoft.Extensions.DependencyInjection;

namespace Hub.Webhooks.Tests.Outbound;

/// <summary>A hub with a tenant, a receiver, and a clock that a test turns; deliveries are made when a test says so.</summary>
internal sealed class OutboundHub(HubFixture hub, Receiver receiver, FakeTime time, long tenant) : IAsyncDisposable
{
    public HubFixture Hub => hub;

    public HttpClient Http => hub.Http;

    public Receiver Receiver => receiver;

    public FakeTime Time => time;

    public long Tenant => tenant;

    public DeliveryWorker Worker => hub.Services.GetRequiredService<DeliveryWorker>();

    public static async Task<OutboundHub> Start()
    {
        var time = new FakeTime(new DateTimeOffset(2026, 11, 21, 12, 0, 0, TimeSpan.Zero));
        var hub = await HubFixture.Start(setup => (setup.Workers, setup.Time) = (false, time));
        return new OutboundHub(hub, await Receiver.Start(), time, await hub.CreateScope("tenant", "Acme"));
    }

    public async Task<JsonElement> Endpoint(object? more = null, long? scope = null)
    {
        var body = JsonSerializer.SerializeToNode(more ?? new { })!.AsObject();
        body["scope_id"] = scope ?? tenant;
        body["url"] ??= receiver.Url;
        return (await Http.Post("webhooks/endpoints", body.ToJsonString())).Expect(201);
    }

    public async Task<long> Publish(string type = "invoice.paid", object? payload = null, long? scope = null) =>
        (await Http.Post("webhooks/events/publish", new { scope_id = scope ?? tenant, event_type = type, payload = payload ?? new { number = 1 } }))
        .Expect(202).GetProperty("deliveries").GetInt64();

    /// <summary>Makes everything that is due now, until nothing is.</summary>
    public async Task<int> Deliver()
    {
        var all = 0;
        while (await Round() is > 0 and var made)
            all += made;
        return all;
    }

    /// <summary>Takes once and makes what was taken.</summary>
    public async Task<int> Round()
    {
        var taken = await Worker.Tick(CancellationToken.None);
        for (var settled = 0; settled < taken;)
            settled += await Worker.Settle(CancellationToken.None);
        return taken;
    }

    public async Task<JsonElement[]> Deliveries(string filter = "") =>
        [.. (await Http.Get($"webhooks/deliveries?limit=200{filter}")).Expect(200).GetProperty("items").EnumerateArray()];

    public async Task<JsonElement> Show(JsonElement endpoint) => (await Http.Get($"webhooks/endpoints/{endpoint.GetProperty("id")}")).Expect(200);

    public async ValueTask DisposeAsync()
    {
        await hub.DisposeAsync();
        await receiver.DisposeAsync();
    }
}
