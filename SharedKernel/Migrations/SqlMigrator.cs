using System.Diagnostics;
using System.Reflection;
using Dapper;
using Npgsql;

namespace Hub.SharedKernel.Migrations;

/// <summary>The state of one schema: what this build knows and what the database has.</summary>
public sealed record MigrationStatus(string Schema, int Applied, int Known, IReadOnlyList<string> Pending);

/// <summary>
/// Brings one PostgreSQL schema up or down, one transaction per step, journalled in <c>{schema}.schema_history</c>. Any number of starters may
/// run it at once: one applies, the others wait and find nothing to do.
/// </summary>
public sealed class SqlMigrator(NpgsqlDataSource source, Assembly assembly, string schema, TimeProvider time)
{
    private readonly IReadOnlyList<MigrationScript> scripts = MigrationScript.Load(assembly, schema);

    /// <param name="target">The version to reach; null for the newest. A lower one than applied runs the ways down.</param>
    /// <param name="say">Told about each step before it runs.</param>
    /// <returns>How many steps ran.</returns>
    /// <exception cref="MigrationException">A script was edited after it was applied, the database is newer than this build, or a step failed.</exception>
    public async Task<int> Migrate(int? target = null, Action<string>? say = null, CancellationToken ct = default)
    {
        var wanted = target ?? scripts.Count;
        if (wanted < 0 || wanted > scripts.Count)
            throw new MigrationException($"{schema}: there is no step {wanted}; this build knows 0 to {scripts.Count}.");
        await using var connection = await source.OpenConnectionAsync(ct);
        if (await Journal(connection, ct) is { } current && Check(current) == wanted)
            return 0;

        await Lock(connection, ct);
        try
        {
            await connection.ExecuteAsync(new CommandDefinition(CreateJournal(), cancellationToken: ct));
            var applied = Check((await Journal(connection, ct))!);
            var steps = wanted >= applied
                ? scripts.Skip(applied).Take(wanted - applied).Select(script => (script, up: true))
                : scripts.Skip(wanted).Take(applied - wanted).Reverse().Select(script => (script, up: false));
            var count = 0;
            foreach (var (script, up) in steps)
            {
                say?.Invoke($"{schema} {(up ? "up to" : "down from")} {script.Version:0000}_{script.Name}");
                await Apply(connection, script, up, ct);
                count++;
            }

            return count;
        }
        finally
        {
            await connection.ExecuteAsync("select pg_advisory_unlock(hashtextextended('hub.migrations', 0))");
        }
    }

    public async Task<MigrationStatus> Status(CancellationToken ct)
    {
        await using var connection = await source.OpenConnectionAsync(ct);
        var applied = Check(await Journal(connection, ct) ?? []);
        return new MigrationStatus(schema, applied, scripts.Count, [.. scripts.Skip(applied).Select(s => $"{s.Version:0000}_{s.Name}")]);
    }

    // Polled, not waited for: a session blocked inside pg_advisory_lock holds a snapshot, on which the winner's
    // "create index concurrently" would wait for ever.
    private async Task Lock(NpgsqlConnection connection, CancellationToken ct)
    {
        for (var wait = 25; ; wait = Math.Min(wait * 2, 500))
        {
            if (await connection.ExecuteScalarAsync<bool>(new CommandDefinition("select pg_try_advisory_lock(hashtextextended('hub.migrations', 0))", cancellationToken: ct)))
                return;
            await Task.Delay(TimeSpan.FromMilliseconds(wait), time, ct);
        }
    }

    private async Task Apply(NpgsqlConnection connection, MigrationScript script, bool up, CancellationToken ct)
    {
        var sql = up ? script.Up : script.Down;
        var started = Stopwatch.GetTimestamp();
        var alone = sql.StartsWith("-- no-transaction", StringComparison.Ordinal);
        await using var transaction = alone ? null : await connection.BeginTransactionAsync(ct);
        try
        {
            await using (var command = new NpgsqlCommand(sql, connection, transaction) { CommandTimeout = 0 })
                await command.ExecuteNonQueryAsync(ct);
            var took = (int)Stopwatch.GetElapsedTime(started).TotalMilliseconds;
            await connection.ExecuteAsync(
                up ? $"insert into {schema}.schema_history (version, name, checksum, duration_ms) values (@Version, @Name, @Checksum, @took)"
                   : $"delete from {schema}.schema_history where version = @Version",
                new { script.Version, script.Name, script.Checksum, took }, transaction);
            if (transaction is not null)
                await transaction.CommitAsync(ct);
        }
        catch (PostgresException fault)
        {
            var line = sql.AsSpan(0, Math.Clamp(fault.Position - 1, 0, sql.Length)).Count('\n') + 1;
            throw new MigrationException($"{schema} {script.Version:0000}_{script.Name}.{(up ? "up" : "down")}.sql, line {line}: {fault.SqlState} {fault.MessageText}", fault);
        }
    }

    private async Task<List<(int Version, string Checksum)>?> Journal(NpgsqlConnection connection, CancellationToken ct)
    {
        var exists = await connection.ExecuteScalarAsync<bool>(
            new CommandDefinition("select to_regclass(@journal) is not null", new { journal = $"{schema}.schema_history" }, cancellationToken: ct));
        if (!exists)
            return null;
        var rows = await connection.QueryAsync<(int, string)>(
            new CommandDefinition($"select version, checksum from {schema}.schema_history order by version", cancellationToken: ct));
        return rows.AsList();
    }

    private int Check(List<(int Version, string Checksum)> journal)
    {
        foreach (var (version, checksum) in journal)
        {
            if (version > scripts.Count)
                throw new MigrationException($"{schema}: the database is at step {version}, this build knows {scripts.Count}. Run a newer build, or go down with the build that applied it.");
            if (scripts[version - 1].Checksum != checksum)
                throw new MigrationException($"{schema}: {version:0000}_{scripts[version - 1].Name} was edited after it was applied. Restore it and add a new step instead.");
        }

        return journal.Count;
    }

    private string CreateJournal() => $"""
        create schema if not exists {schema};
        create table if not exists {schema}.schema_history (
            version int primary key,
            name text not null,
            checksum text not null,
            duration_ms int not null,
            applied_at timestamptz not null default now());
        """;
}
