using System.Diagnostics;
using System.Text.Json;
using Hub.SharedKernel.Data;
using Hub.SharedKernel.Problems;
using Hub.Webhooks.Announcements;
using Hub.Webhooks.Contracts;
using Hub.Webhooks.Inbound;
using MediatR;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Hub.Webhooks.Processing;

/// <summary>Lets the reactions have an event, and settles what came of it in the same transaction.</summary>
internal sealed class EventApplier(IServiceScopeFactory scopes, WebhookOptions options, TimeProvider time, ILogger<EventApplier> log)
{
    private static readonly ActivitySource Source = new("Hub.Workers");

    /// <summary>Applies several in one transaction: all or, with the exception of the one that failed, none.</summary>
    public async Task Apply(IReadOnlyList<Claim> claims, Guid token, CancellationToken ct)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<Db>();
        var mediator = scope.ServiceProvider.GetRequiredService<IMediator>();
        await using var tx = await db.Begin(ct);
        var ours = await Claims.Hold(db, claims, token, time.GetUtcNow(), ct);
        var settlements = new List<Settlement>(claims.Count);
        foreach (var round in Rounds(claims.Where(claim => ours.Contains(claim.Id))))
            settlements.AddRange(await Publish(mediator, round, ct));
        await Settlement.Write(db, settlements, ct);
        await tx.Commit(ct);
        var types = claims.ToDictionary(claim => claim.Id, claim => claim.IntegrationType);
        foreach (var settlement in settlements)
            WebhookMetrics.Processed(types[settlement.Id], settlement.Status, TimeSpan.FromMilliseconds(settlement.DurationMs));
    }

    /// <summary>Applies one, or records why that failed and when it is tried again.</summary>
    /// <returns>Whether the event is done with, for better or worse.</returns>
    public async Task<bool> TryApply(Claim claim, CancellationToken ct)
    {
        var (started, stamp) = (time.GetUtcNow(), time.GetTimestamp());
        if (claim.Attempt > options.MaxAttempts)
            return await Fail(claim, started, stamp, "given up: the hub ended while it worked on this event", null, ct);
        try
        {
            if (claim.Interrupted && !await Count(claim, ct))
                return true;
            await Apply([claim], claim.LeaseToken, ct);
            return true;
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            throw;
        }
        catch (UnreadablePayload fault)
        {
            return await Fail(claim, started, stamp, fault.Message, null, ct);
        }
        catch (Exception fault)
        {
            log.LogWarning(
                "Event {EventId} of integration {IntegrationId} failed in attempt {Attempt}: {Fault}",
                claim.Id, claim.IntegrationId, claim.Attempt, fault.GetType().Name);
            var error = fault is HubException told ? told.Message : $"{fault.GetType().Name}: {fault.Message}";
            return await Fail(claim, started, stamp, error, RetrySchedule.After(claim.Attempt, options.MaxAttempts, Random.Shared.NextDouble()), ct);
        }
    }

    private async Task<bool> Count(Claim claim, CancellationToken ct)
    {
        await using var scope = scopes.CreateAsyncScope();
        return await Claims.Count(scope.ServiceProvider.GetRequiredService<Db>(), claim, time.GetUtcNow(), ct);
    }

    /// <summary>The first events of all entities, then the second ones, and so on: however reactions go about a round, they meet an entity's events in order.</summary>
    private static IEnumerable<Claim[]> Rounds(IEnumerable<Claim> claims) => claims
        .GroupBy(claim => claim.EntityKey is { } entity ? $"{claim.IntegrationId}:{entity}" : $"{claim.Id}")
        .SelectMany(entity => entity.Select((claim, place) => (claim, place)))
        .GroupBy(one => one.place, one => one.claim)
        .Select(round => round.ToArray());

    private async Task<IEnumerable<Settlement>> Publish(IMediator mediator, Claim[] claims, CancellationToken ct)
    {
        using var activity = Follow(claims);
        var (started, stamp) = (time.GetUtcNow(), time.GetTimestamp());
        var payloads = new List<JsonDocument>(claims.Length);
        try
        {
            payloads.AddRange(claims.Select(Read));
            var received = claims.Zip(payloads, (claim, payload) => new WebhookReceived(
                claim.Id, claim.IntegrationId, claim.IntegrationType, claim.ScopePath, claim.EventType, claim.ReceivedAt, payload.RootElement)).ToArray();
            await mediator.Publish(new WebhooksReceived(received), ct);
            var took = time.GetElapsedTime(stamp).TotalMilliseconds;
            return claims.Zip(received, (claim, told) => new Settlement(
                claim.Id, claim.Day, claim.LeaseToken, claim.Attempt, told.Effects.Count > 0 ? "processed" : "ignored", started, took, [.. told.Effects]));
        }
        finally
        {
            payloads.ForEach(payload => payload.Dispose());
        }
    }

    // One belongs to the trace of the request that brought it; several are a trace of their own that names theirs.
    private static Activity? Follow(Claim[] claims)
    {
        var origins = claims.Select(claim => ActivityContext.TryParse(claim.TraceParent, null, isRemote: true, out var origin) ? origin : default).ToArray();
        return origins is [var only]
            ? Source.StartActivity("webhook.process", ActivityKind.Consumer, only)
            : Source.StartActivity("webhook.process", ActivityKind.Consumer, default(ActivityContext), links: origins.Where(origin => origin != default).Select(origin => new ActivityLink(origin)));
    }

    private async Task<bool> Fail(Claim claim, DateTimeOffset started, long stamp, string error, TimeSpan? pause, CancellationToken ct)
    {
        var took = time.GetElapsedTime(stamp);
        var settlement = new Settlement(
            claim.Id, claim.Day, claim.LeaseToken, claim.Attempt, pause is null ? "dead" : "failed", started, took.TotalMilliseconds, [], error, time.GetUtcNow() + pause);
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<Db>();
        await using var tx = await db.Begin(ct);
        if (await Settlement.Write(db, [settlement], ct) > 0 && pause is null)
            await Announcer.Tell(db, claim.ScopePath, [new Announcement("webhook.dead", new
            {
                eventId = claim.Id,
                claim.IntegrationId,
                claim.EventType,
                claim.Attempt,
                error,
            })], time.GetUtcNow(), ct);
        await tx.Commit(ct);
        WebhookMetrics.Processed(claim.IntegrationType, settlement.Status, took);
        return pause is null;
    }

    private JsonDocument Read(Claim claim)
    {
        try
        {
            var sent = Deflated.Inflate(claim.Payload, claim.PayloadSize);
            return Payload.Parse(sent, claim.Header("content-encoding"), claim.Header("content-type"), options.MaxPayloadBytes);
        }
        catch (Exception fault) when (fault is JsonException or TooLargeException or InvalidDataException or EndOfStreamException)
        {
            throw new UnreadablePayload($"the payload is not readable: {fault.Message}");
        }
    }

    private sealed class UnreadablePayload(string message) : Exception(message);
}
