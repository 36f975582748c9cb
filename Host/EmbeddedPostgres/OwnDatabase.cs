using Npgsql;

namespace Hub.Host.EmbeddedPostgres;

/// <summary>The hub's database within the cluster. Opening it also proves that the server lets the hub in.</summary>
internal static class OwnDatabase
{
    public static async Task Ensure(NpgsqlConnectionStringBuilder wanted, CancellationToken ct)
    {
        try
        {
            if (await TryOpen(wanted, ct)) return;
            await Create(wanted, ct);
        }
        catch (NpgsqlException e)
        {
            var reason = e is PostgresException { SqlState: PostgresErrorCodes.InvalidPassword }
                ? "the server refuses the hub's password; the file 'password' beside the database is not the one it was made with"
                : e.Message;
            throw new EmbeddedPostgresException($"The database server runs, but the hub cannot get into it: {reason}", e);
        }
    }

    private static async Task<bool> TryOpen(NpgsqlConnectionStringBuilder wanted, CancellationToken ct)
    {
        try
        {
            await using var connection = Open(wanted, wanted.Database!);
            await connection.OpenAsync(ct);
            return true;
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.InvalidCatalogName)
        {
            return false;
        }
    }

    private static async Task Create(NpgsqlConnectionStringBuilder wanted, CancellationToken ct)
    {
        await using var connection = Open(wanted, "postgres");
        await connection.OpenAsync(ct);
        await using var command = new NpgsqlCommand($"create database {Cluster.Database}", connection);
        await command.ExecuteNonQueryAsync(ct);
    }

    private static NpgsqlConnection Open(NpgsqlConnectionStringBuilder wanted, string database) =>
        new(new NpgsqlConnectionStringBuilder(wanted.ConnectionString) { Database = database, Pooling = false }.ConnectionString);
}
