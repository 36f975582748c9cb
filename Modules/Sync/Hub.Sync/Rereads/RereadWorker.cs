using Hub.Integrations.Contracts;
using Hub.SharedKernel.Data;
using Hub.SharedKernel.Workers;
using Hub.Sync.Contracts;
using Hub.Sync.Providers;
using MediatR;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Hub.Sync.Rereads;

/// <summary>
/// Reads what events told too little of, several of one integration and kind with few calls, and stores it. Who died in the middle is followed by another
/// once the time for it is over; what cannot be read is tried again for half a day.
/// </summary>
internal sealed class RereadWorker(WorkerContext context, IEnumerable<IRecordReader> readers) : Worker(context)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    private readonly IReadOnlyList<IRecordReader> readers = [.. readers];

    protected override string Channel => WantedRecords.Signal;

    public override async Task<int> Tick(CancellationToken ct)
    {
        await using var scope = Scopes.CreateAsyncScope();
        var (unit, now) = (scope.ServiceProvider, Time.GetUtcNow());
        var (db, mediator) = (unit.GetRequiredService<Db>(), unit.GetRequiredService<IMediator>());
        var wanted = await db.List<WantedRecord>(RereadQueue.Claim, new { now, until = now + Patience, most = readers.Max(reader => reader.Most) }, ct);
        if (wanted.Count == 0)
            return 0;
        var id = wanted[0].IntegrationId;
        ProviderFailure? failure = null;
        try
        {
            var connection = await mediator.Send(new AskConnection(id), ct);
            if (connection is not null && readers.FirstOrDefault(one => one.IntegrationTypes.Contains(connection.Integration.Type)) is { } reader)
                await Read(reader, connection, wanted, db, unit, ct);
            else
                await Settle(db, RereadQueue.Done, wanted, ct);
        }
        catch (ProviderFailure refused)
        {
            failure = refused;
            await PutOff(wanted, refused, db, ct);
        }

        await Tell(db, mediator, id, failure, ct);
        return wanted.Count;
    }

    private static async Task Read(
        IRecordReader reader, Connection connection, IReadOnlyList<WantedRecord> wanted, Db db, IServiceProvider unit, CancellationToken ct)
    {
        if (!connection.Integration.Enabled)
            throw new ProviderFailure("config", "The integration is disabled.", true);
        if (connection.Problem is { } problem)
            throw new ProviderFailure(connection.Reason ?? "config", problem, true);
        foreach (var part in wanted.Chunk(reader.Most))
        {
            var store = await reader.Read(connection, part, ct);
            await using var tx = await db.Begin(ct);
            await store(unit, ct);
            await Settle(db, RereadQueue.Done, part, ct);
            await tx.Commit(ct);
        }
    }

    private async Task PutOff(IReadOnlyList<WantedRecord> wanted, ProviderFailure failure, Db db, CancellationToken ct)
    {
        foreach (var same in wanted.GroupBy(one => one.Attempts))
        {
            var pause = RereadPauses.After(same.Key, failure.RetryAfter);
            if (pause is null)
                Log.LogWarning(
                    "{Count} records of integration {Integration} could not be read and were given up: {Reason}",
                    same.Count(), wanted[0].IntegrationId, failure.Reason);
            await Settle(db, pause is null ? RereadQueue.Done : RereadQueue.Later, [.. same], ct, Time.GetUtcNow() + pause);
        }
    }

    // That it is switched off is no news of its health.
    private static async Task Tell(Db db, IMediator mediator, long integrationId, ProviderFailure? failure, CancellationToken ct)
    {
        if (failure?.Reason is "config")
            return;
        await using var tx = await db.Begin(ct);
        await mediator.Publish(new IntegrationCalled(integrationId, failure is null, failure?.Reason, failure?.Message, 0), ct);
        await tx.Commit(ct);
    }

    private static Task<int> Settle(Db db, string sql, IReadOnlyList<WantedRecord> wanted, CancellationToken ct, DateTimeOffset? next = null) =>
        db.Execute(sql, new
        {
            wanted[0].IntegrationId,
            wanted[0].Kind,
            keys = wanted.Select(one => one.RecordKey).ToArray(),
            wantedAts = wanted.Select(one => one.WantedAt).ToArray(),
            next,
        }, ct);
}
