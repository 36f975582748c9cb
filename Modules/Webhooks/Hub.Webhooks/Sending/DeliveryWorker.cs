using System.Collections.Concurrent;
using System.Threading.Channels;
using Hub.SharedKernel.Data;
using Hub.SharedKernel.Workers;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Hub.Webhooks.Sending;

/// <summary>
/// Makes deliveries: takes what is due, sends it side by side, and writes down together what ended together. A slow endpoint keeps its own places
/// only. At a stop what is under way is waited for; what a crash interrupts is sent again when its lease ends, with the same <c>webhook-id</c>.
/// </summary>
internal sealed class DeliveryWorker(WorkerContext context, DeliverySender sender) : Worker(context)
{
    private const int AtOnce = 256;
    private const int OfOneTenant = AtOnce / 2;
    private const int SettledAtOnce = 200;
    private readonly Channel<SentDelivery> ended = System.Threading.Channels.Channel.CreateUnbounded<SentDelivery>(new UnboundedChannelOptions { SingleReader = true });
    private readonly ConcurrentDictionary<long, int> byTenant = new();
    private int underway;

    protected override string Channel => "hub_deliveries";

    public override async Task<int> Tick(CancellationToken ct)
    {
        var room = AtOnce - Volatile.Read(ref underway);
        if (room <= 0)
            return 0;
        var token = Guid.CreateVersion7(Time.GetUtcNow());
        // Not cancelled by a stop: what was taken by then would stay taken until its lease ends.
        var claims = await In<Db, IReadOnlyList<DeliveryClaim>>(db => DeliveryClaims.Take(
            db, token, room, tenant => OfOneTenant - byTenant.GetValueOrDefault(tenant), Time.GetUtcNow(), CancellationToken.None));
        Interlocked.Add(ref underway, claims.Count);
        foreach (var claim in claims)
        {
            byTenant.AddOrUpdate(claim.Tenant, 1, (_, count) => count + 1);
            _ = Deliver(claim);
        }

        return claims.Count;
    }

    /// <summary>Writes down what has ended so far; waits for at least one while something is under way.</summary>
    /// <returns>How many were written.</returns>
    public async Task<int> Settle(CancellationToken ct)
    {
        if (Volatile.Read(ref underway) == 0)
            return 0;
        await ended.Reader.WaitToReadAsync(ct);
        var batch = new List<SentDelivery>();
        while (batch.Count < SettledAtOnce && ended.Reader.TryRead(out var one))
            batch.Add(one);
        try
        {
            await In<DeliverySettlement, bool>(async settlement =>
            {
                await settlement.Write(batch, Time.GetUtcNow(), CancellationToken.None);
                return true;
            });
        }
        finally
        {
            Interlocked.Add(ref underway, -batch.Count);
            foreach (var one in batch)
                byTenant.AddOrUpdate(one.Claim.Tenant, 0, (_, count) => count - 1);
        }

        Wake();
        return batch.Count;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var settling = new CancellationTokenSource();
        var settler = SettleAll(settling.Token);
        await base.ExecuteAsync(stoppingToken);
        while (Volatile.Read(ref underway) > 0)
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, CancellationToken.None);
        await settling.CancelAsync();
        await settler;
    }

    private async Task SettleAll(CancellationToken ct)
    {
        while (!ct.IsCancellationRequested)
        {
            try
            {
                await ended.Reader.WaitToReadAsync(ct);
                await Settle(ct);
            }
            catch (OperationCanceledException) when (ct.IsCancellationRequested)
            {
                return;
            }
            catch (Exception fault)
            {
                // Their leases end and they are sent again: a receiver knows them by their webhook-id.
                Log.LogError(fault, "Deliveries were made and could not be written down");
            }
        }
    }

    private async Task Deliver(DeliveryClaim claim)
    {
        SentDelivery sent;
        try
        {
            sent = await sender.Send(claim, CancellationToken.None);
        }
        catch (Exception fault)
        {
            Log.LogError(fault, "Delivery {DeliveryId} could not be made", claim.Id);
            sent = new SentDelivery(claim, DeliveryOutcome.Unsendable("The message could not be sent."), Time.GetUtcNow(), 0);
        }

        await ended.Writer.WriteAsync(sent, CancellationToken.None);
    }

    private async Task<TResult> In<TService, TResult>(Func<TService, Task<TResult>> work) where TService : notnull
    {
        await using var scope = Scopes.CreateAsyncScope();
        return await work(scope.ServiceProvider.GetRequiredService<TService>());
    }
}
