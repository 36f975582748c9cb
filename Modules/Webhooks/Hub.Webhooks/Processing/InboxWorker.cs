using System.Text.Json;
using Hub.SharedKernel.Data;
using Hub.SharedKernel.Problems;
using Hub.SharedKernel.Workers;
using Hub.Webhooks.Contracts;
using Hub.Webhooks.Inbound;
using MediatR;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Hub.Webhooks.Processing;

/// <summary>
/// Applies events: what the reactions write and the event's new state are one transaction, so a crash at any point leaves either both or an event
/// whose lease runs out and that is taken again.
/// </summary>
internal sealed class InboxWorker(WorkerContext context, WebhookOptions options) : Worker(context)
{
    private const int Batch = 20;

    /// <summary>How many events of one entity are followed in a row before others get their turn.</summary>
    private const int MaxFollowed = 50;

    protected override string Channel => "hub_inbox";

    protected override int Parallelism => 2;

    public override async Task<int> Tick(CancellationToken ct)
    {
        var now = Time.GetUtcNow();
        var token = Guid.CreateVersion7(now);
        var claims = await In(db => Claims.Take(db, token, now, Batch, ct));
        var held = claims.Select(claim => claim.Id).ToHashSet();
        var done = 0;
        try
        {
            foreach (var claim in claims)
            {
                var next = claim;
                for (var followed = 0; next is not null && followed <= MaxFollowed; followed++, done++)
                {
                    var current = next;
                    next = await Work(current, ct);
                    held.Remove(current.Id);
                    if (next is not null)
                        held.Add(next.Id);
                }
            }
        }
        finally
        {
            // A stop, a fault, or an entity that has had its turn.
            if (held.Count > 0)
                await In(db => Claims.Release(db, [.. held], token, CancellationToken.None));
        }

        return done;
    }

    private async Task<Claim?> Work(Claim claim, CancellationToken ct)
    {
        using var activity = Continue("webhook.process", claim.TraceParent);
        var started = Time.GetUtcNow();
        var stamp = Time.GetTimestamp();
        try
        {
            if (claim.Attempt > options.MaxAttempts)
                return await Bury(claim, started, stamp, "given up: the hub ended while it worked on this event", ct);
            using var json = Read(claim);
            return await Apply(claim, json.RootElement, started, stamp, ct);
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            throw;
        }
        catch (UnreadablePayload fault)
        {
            return await Bury(claim, started, stamp, fault.Message, ct);
        }
        catch (Exception fault)
        {
            Log.LogWarning("Event {EventId} of integration {IntegrationId} failed in attempt {Attempt}: {Fault}", claim.Id, claim.IntegrationId, claim.Attempt, fault.GetType().Name);
            var error = fault is HubException told ? told.Message : $"{fault.GetType().Name}: {fault.Message}";
            return RetrySchedule.After(claim.Attempt, options.MaxAttempts, Random.Shared.NextDouble()) is { } pause
                ? await Settle(claim, new Settlement("failed", started, Time.GetElapsedTime(stamp), [], error, Time.GetUtcNow() + pause), ct)
                : await Bury(claim, started, stamp, error, ct);
        }
    }

    private async Task<Claim?> Apply(Claim claim, JsonElement payload, DateTimeOffset started, long stamp, CancellationToken ct)
    {
        await using var scope = Scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<Db>();
        await using var tx = await db.Begin(ct);
        if (!await Claims.Hold(db, claim, ct))
            return null;

        var received = new WebhookReceived(
            claim.Id, claim.IntegrationId, claim.IntegrationType, claim.ScopePath, claim.EventType, claim.ReceivedAt, payload);
        await scope.ServiceProvider.GetRequiredService<IMediator>().Publish(received, ct);
        var status = received.Effects.Count > 0 ? "processed" : "ignored";
        var took = Time.GetElapsedTime(stamp);
        await new Settlement(status, started, took, [.. received.Effects]).Write(db, claim, ct);
        var next = await Claims.Follow(db, claim, Time.GetUtcNow(), ct);
        await tx.Commit(ct);
        WebhookMetrics.Processed(claim.IntegrationType, status, took);
        return next;
    }

    private Task<Claim?> Bury(Claim claim, DateTimeOffset started, long stamp, string error, CancellationToken ct) =>
        Settle(claim, new Settlement("dead", started, Time.GetElapsedTime(stamp), [], error), ct);

    private async Task<Claim?> Settle(Claim claim, Settlement settlement, CancellationToken ct)
    {
        WebhookMetrics.Processed(claim.IntegrationType, settlement.Status, settlement.Took);
        return await In(async db =>
        {
            await using var tx = await db.Begin(ct);
            await settlement.Write(db, claim, ct);
            var next = settlement.Status is "dead" ? await Claims.Follow(db, claim, Time.GetUtcNow(), ct) : null;
            await tx.Commit(ct);
            return next;
        });
    }

    private JsonDocument Read(Claim claim)
    {
        try
        {
            var sent = Payload.Inflate(claim.Payload, claim.PayloadSize);
            return Payload.Parse(sent, claim.Header("content-encoding"), claim.Header("content-type"), options.MaxPayloadBytes);
        }
        catch (Exception fault) when (fault is JsonException or TooLargeException or InvalidDataException or EndOfStreamException)
        {
            throw new UnreadablePayload($"the payload is not readable: {fault.Message}");
        }
    }

    private async Task<T> In<T>(Func<Db, Task<T>> work)
    {
        await using var scope = Scopes.CreateAsyncScope();
        return await work(scope.ServiceProvider.GetRequiredService<Db>());
    }

    private sealed class UnreadablePayload(string message) : Exception(message);
}
