using System.Diagnostics;
using System.Security.Cryptography;
using Npgsql;

namespace Hub.Benchmarks;

/// <summary>
/// The limits for storing tickets: rows as wide as the hub's (2 KB of a record beside the columns), the key and the unique index that any store needs, one
/// commit per page of 100, prepared statements, and nothing else.
/// </summary>
internal sealed class BareTickets(NpgsqlDataSource source, int count)
{
    private const int Page = 100;
    private static readonly byte[] Raw = RandomNumberGenerator.GetBytes(2048);

    private const string Columns = "external_id, key, project_key, issue_type, summary, description, status, assignee, url, updated_at, raw, hash";

    public static async Task<BareTickets> Create(string connectionString, int count)
    {
        var source = NpgsqlDataSource.Create(connectionString + ";Max Auto Prepare=20");
        await using var create = source.CreateCommand("""
            create table public.bare_tickets (
                id bigint generated always as identity primary key, integration_id bigint not null, external_id text not null, key text, project_key text,
                issue_type text, summary text, description text, status text, assignee text, url text, updated_at timestamptz, raw bytea, hash bytea,
                unique (integration_id, external_id))
            """);
        await create.ExecuteNonQueryAsync();
        return new BareTickets(source, count);
    }

    /// <summary>Rows per second of <c>insert ... select from unnest ... on conflict do update</c>; the first time all are new, then all are changed.</summary>
    public Task<double> Upsert() => EachPage(async (connection, ids) =>
    {
        await using var insert = new NpgsqlCommand($"""
            insert into public.bare_tickets (integration_id, {Columns})
            select 1, * from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[], $10::timestamptz[], $11::bytea[], $12::bytea[])
            on conflict (integration_id, external_id) do update set key = excluded.key, project_key = excluded.project_key, issue_type = excluded.issue_type,
                summary = excluded.summary, description = excluded.description, status = excluded.status, assignee = excluded.assignee, url = excluded.url,
                updated_at = excluded.updated_at, raw = excluded.raw, hash = excluded.hash
            """, connection);
        Fill(insert, ids, values => values);
        await insert.ExecuteNonQueryAsync();
    });

    /// <summary>Rows per second when the hashes of a page are read and nothing is written.</summary>
    public Task<double> ReadHashes() => EachPage(async (connection, ids) =>
    {
        await using var read = new NpgsqlCommand("select external_id, hash from public.bare_tickets where integration_id = 1 and external_id = any ($1)", connection);
        read.Parameters.Add(new NpgsqlParameter { Value = ids.Select(id => $"{id}").ToArray() });
        await using var reader = await read.ExecuteReaderAsync();
        while (await reader.ReadAsync())
            reader.GetFieldValue<byte[]>(1);
    });

    /// <summary>Rows per second with a statement and a commit for each row.</summary>
    public async Task<double> OneByOne()
    {
        await using var connection = await source.OpenConnectionAsync();
        var started = Stopwatch.GetTimestamp();
        for (var id = 1; id <= count / 10; id++)
        {
            await using var insert = new NpgsqlCommand($"""
                insert into public.bare_tickets (integration_id, {Columns}) values (2, $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
                on conflict (integration_id, external_id) do update set summary = excluded.summary, raw = excluded.raw, hash = excluded.hash
                """, connection);
            Fill(insert, [id], values => values.GetValue(0)!);
            await insert.ExecuteNonQueryAsync();
        }

        return count / 10 / Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    private async Task<double> EachPage(Func<NpgsqlConnection, int[], Task> work)
    {
        await using var connection = await source.OpenConnectionAsync();
        var started = Stopwatch.GetTimestamp();
        for (var first = 1; first <= count; first += Page)
            await work(connection, [.. Enumerable.Range(first, Page)]);
        return count / Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    private static void Fill(NpgsqlCommand command, int[] ids, Func<Array, object> shape)
    {
        T[] Column<T>(Func<int, T> value) => [.. ids.Select(value)];
        foreach (var column in new Array[]
        {
            Column(id => $"{id}"), Column(id => $"HUB-{id}"), Column(_ => "HUB"), Column(_ => "Task"), Column(id => $"Summary of the issue {id}"),
            Column(id => $"Some words about what is to be done about {id}"), Column(_ => "In Progress"), Column(_ => "Some Body"),
            Column(id => $"http://127.0.0.1/browse/HUB-{id}"), Column(_ => DateTime.UtcNow), Column(_ => Raw), Column(BitConverter.GetBytes),
        })
            command.Parameters.Add(new NpgsqlParameter { Value = shape(column) });
    }
}
