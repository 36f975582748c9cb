using Hub.SharedKernel.Data;
using Hub.SharedKernel.Workers;
using Hub.Webhooks.Inbound;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Hub.Webhooks.Processing;

/// <summary>
/// Applies events: what the reactions write and the event's new state are one transaction, so a crash at any point leaves either both or an event
/// whose lease runs out and that is taken again. Events that were never tried share a transaction; if one of them fails, each gets its own.
/// </summary>
internal sealed class InboxWorker(WorkerContext context, EventApplier applier, WebhookOptions options) : Worker(context)
{
    protected override string Channel => "hub_inbox";

    protected override int Parallelism => 2;

    public override async Task<int> Tick(CancellationToken ct)
    {
        var token = Guid.CreateVersion7(Time.GetUtcNow());
        // Not cancelled by a stop: what was taken by then would stay taken until its lease ends.
        var claims = await In(db => Claims.Take(db, token, Time.GetUtcNow(), TimeSpan.FromSeconds(options.LeaseSeconds), CancellationToken.None));
        if (claims.Count == 0)
            return 0;

        var held = claims.Select(claim => claim.Id).ToHashSet();
        try
        {
            if (claims.Count > 1 && claims.All(claim => claim is { Attempt: 1, Interrupted: false }) && await Together(claims, token, ct))
                held.Clear();
            else
                await OneByOne(claims, held, ct);
        }
        finally
        {
            // A stop, a fault, or events behind one that failed.
            if (held.Count > 0)
                await In(db => Claims.Release(db, [.. claims.Where(claim => held.Contains(claim.Id))], token, CancellationToken.None));
        }

        return claims.Count;
    }

    private async Task<bool> Together(IReadOnlyList<Claim> claims, Guid token, CancellationToken ct)
    {
        try
        {
            await applier.Apply(claims, token, ct);
            return true;
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            throw;
        }
        catch (Exception fault)
        {
            Log.LogDebug("One of {Count} events failed with {Fault}; each is tried on its own", claims.Count, fault.GetType().Name);
            return false;
        }
    }

    private async Task OneByOne(IReadOnlyList<Claim> claims, HashSet<Guid> held, CancellationToken ct)
    {
        var blocked = new HashSet<(long, string)>();
        foreach (var claim in claims)
        {
            var entity = claim.EntityKey is { } key ? (claim.IntegrationId, key) : default((long, string)?);
            if (entity is { } earlier && blocked.Contains(earlier))
                continue;
            if (!await applier.TryApply(claim, ct) && entity is { } failed)
                blocked.Add(failed);
            held.Remove(claim.Id);
        }
    }

    private async Task<T> In<T>(Func<Db, Task<T>> work)
    {
        await using var scope = Scopes.CreateAsyncScope();
        return await work(scope.ServiceProvider.GetRequiredService<Db>());
    }
}
