using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Text;
using Dapper;
using Hub.TestHarness;
using Npgsql;

namespace Hub.Integrations.Tests.Leaks;

/// <summary>Everything that a hub lets out: its logs, answers, traces, the labels of its metrics, and its database.</summary>
internal sealed class Haystack : IDisposable
{
    private readonly ConcurrentQueue<string> traces = new();
    private readonly ConcurrentDictionary<string, byte> labels = new(StringComparer.Ordinal);
    private readonly ActivityListener activities;
    private readonly MeterListener metrics = new();

    public Haystack()
    {
        activities = new ActivityListener
        {
            ShouldListenTo = _ => true,
            Sample = static (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = activity => traces.Enqueue(string.Join(' ', activity.TagObjects.Select(tag => $"{tag.Key}={tag.Value}")
                .Concat(activity.Events.SelectMany(one => one.Tags.Select(tag => $"{one.Name} {tag.Key}={tag.Value}")))
                .Concat(activity.Baggage.Select(tag => $"{tag.Key}={tag.Value}"))
                .Prepend($"{activity.DisplayName} {activity.StatusDescription}"))),
        };
        ActivitySource.AddActivityListener(activities);
        metrics.InstrumentPublished = (instrument, listener) => listener.EnableMeasurementEvents(instrument);
        metrics.SetMeasurementEventCallback<long>((_, _, tags, _) => Note(tags));
        metrics.SetMeasurementEventCallback<int>((_, _, tags, _) => Note(tags));
        metrics.SetMeasurementEventCallback<double>((_, _, tags, _) => Note(tags));
        metrics.Start();
    }

    public async Task<IReadOnlyDictionary<string, string>> Gather(HubFixture hub) => new Dictionary<string, string>
    {
        ["logs"] = string.Join('\n', hub.Logs.Lines),
        ["answers"] = string.Join('\n', hub.Watch.Answers!),
        ["traces"] = string.Join('\n', traces),
        ["metric labels"] = string.Join('\n', labels.Keys),
        ["database"] = await Database(hub),
    };

    public void Dispose()
    {
        activities.Dispose();
        metrics.Dispose();
    }

    private void Note(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        foreach (var tag in tags)
            labels.TryAdd($"{tag.Key}={tag.Value}", 0);
    }

    // bytea comes as hex, which is one of the forms that are looked for.
    private static async Task<string> Database(HubFixture hub)
    {
        await using var connection = new NpgsqlConnection(hub.ConnectionString);
        var text = new StringBuilder();
        foreach (var table in await connection.QueryAsync<string>("""
            select format('%I.%I', table_schema, table_name) from information_schema.tables
            where table_schema not in ('pg_catalog', 'information_schema') and table_type = 'BASE TABLE'
            """))
            foreach (var row in await connection.QueryAsync<string>($"select t::text from {table} t"))
                text.Append(table).Append(' ').AppendLine(row);
        return text.ToString();
    }
}
