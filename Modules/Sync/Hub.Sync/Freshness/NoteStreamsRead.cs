using System.Text.Json;
using Hub.Integrations.Contracts;
using Hub.SharedKernel.Access;
using Hub.SharedKernel.Data;
using Hub.Sync.Connectors;
using Hub.Sync.Runs;
using MediatR;

namespace Hub.Sync.Freshness;

/// <summary>
/// Notes how fresh a completed run made its streams, in its transaction. Manual runs read a part and make nothing fresh; neither do webhooks, for nobody knows
/// which did not come. A stream that is no longer switched on is forgotten.
/// </summary>
internal sealed class NoteStreamsRead(Db db, IMediator mediator, ConnectorRegistry connectors, FreshnessJudge judge, TimeProvider time)
    : INotificationHandler<StreamsRead>
{
    public async Task Handle(StreamsRead notification, CancellationToken cancellationToken)
    {
        var run = notification.Run;
        if (run.SyncType is SyncType.Manual || await mediator.Send(new AskIntegration(run.IntegrationId, Caller.PlatformScope), cancellationToken) is not { } integration)
            return;
        var known = (await db.List<Known>(HoldAll, new { run.IntegrationId }, cancellationToken)).ToDictionary(row => row.Stream, StringComparer.Ordinal);
        var notes = notification.Streams.Where(stream => stream.Began is not null).OrderBy(stream => stream.Name, StringComparer.Ordinal).Select(stream =>
        {
            var before = known.TryGetValue(stream.Name, out var row) ? ReadHistory.Read(row.History) : ReadHistory.None;
            var readsAll = run.SyncType is SyncType.Full && connectors.Find(integration.Type)?.ReadsAll(stream.Name) is not false;
            var reading = new StreamReading(readsAll ? SyncType.Full : SyncType.Incremental, stream.Began!.Value, stream.Read);
            var history = before.After(reading);
            return (stream.Name, reading.Began, reading.Read, Usual: history.UsualRead(reading.SyncType), history.EmptySince, History: history.ToJson());
        }).ToArray();
        await db.Execute(Note, new
        {
            run.IntegrationId,
            run.ScopePath,
            integration.Type,
            paused = !integration.Enabled,
            syncType = run.SyncType.ToText(),
            now = time.GetUtcNow(),
            streams = notes.Select(note => note.Name).ToArray(),
            began = notes.Select(note => note.Began.UtcDateTime).ToArray(),
            read = notes.Select(note => note.Read).ToArray(),
            usual = notes.Select(note => note.Usual).ToArray(),
            empty = notes.Select(note => note.EmptySince?.ToUniversalTime()).ToArray(),
            histories = notes.Select(note => note.History.GetRawText()).ToArray(),
        }, cancellationToken);
        await db.Execute(ForgetOthers, new { run.Id, run.IntegrationId, streams = notification.Streams.Select(stream => stream.Name).ToArray() }, cancellationToken);
        await judge.Judge(run.IntegrationId, cancellationToken);
    }

    private sealed record Known(string Stream, JsonElement History);

    private const string HoldAll = """
        select stream, history from sync.stream_freshness where integration_id = @integrationId order by stream for update
        """;

    private const string Note = """
        insert into sync.stream_freshness as f (
            integration_id, stream, scope_path, integration_type, fresh_as_of, last_success_at, last_sync_type, last_read, usual_read, history, empty_since,
            expected_since, paused)
        select @integrationId, n.stream, @scopePath, @type, n.began, @now, @syncType, n.read, n.usual, n.history::jsonb, n.empty, @now, @paused
        from unnest(@streams::text[], @began::timestamptz[], @read::bigint[], @usual::bigint[], @empty::timestamptz[], @histories::text[])
            as n(stream, began, read, usual, empty, history)
        on conflict (integration_id, stream) do update set
            fresh_as_of = greatest(f.fresh_as_of, excluded.fresh_as_of), last_success_at = excluded.last_success_at,
            last_sync_type = excluded.last_sync_type, last_read = excluded.last_read, usual_read = excluded.usual_read, history = excluded.history,
            empty_since = excluded.empty_since
        """;

    private const string ForgetOthers = """
        delete from sync.stream_freshness f
        where f.integration_id = @integrationId and f.stream <> all(@streams)
          and exists (select from sync.runs r where r.id = @id and r.streams is null)
        """;
}
