using System.Text.Json;
using Hub.SharedKernel.Data;
using Hub.SharedKernel.Http;

namespace Hub.Webhooks.Live;

/// <summary>Writes down what clients are to be told, in the transaction in which it happens: one statement, however many.</summary>
internal static class LiveLog
{
    /// <param name="db">The open transaction.</param>
    /// <param name="scopePath">Who may see it.</param>
    /// <param name="events">Type, and an object of what there is to say.</param>
    /// <param name="ct">Cancels the write.</param>
    public static Task Tell(Db db, IReadOnlyList<long> scopePath, IEnumerable<(string Type, object Data)> events, CancellationToken ct)
    {
        var rows = events.ToArray();
        return db.Execute(Sql, new
        {
            scopePath,
            types = rows.Select(row => row.Type).ToArray(),
            data = rows.Select(row => JsonSerializer.Serialize(row.Data, row.Data.GetType(), HubJson.Options)).ToArray(),
        }, ct);
    }

    /// <summary>A third party's text; PostgreSQL stores no zero.</summary>
    public static string? Text(string? text) => text?.Replace("\0", "", StringComparison.Ordinal);

    private const string Sql = """
        with told as (
            insert into webhooks.live_events (scope_path, type, data)
            select @scopePath, t.type, t.data::jsonb
            from unnest(@types, @data) with ordinality as t (type, data, position)
            order by t.position
        )
        select pg_notify('hub_live', '')
        """;
}
