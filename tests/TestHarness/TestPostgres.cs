using System.Collections.Concurrent;
using Hub.Host.EmbeddedPostgres;
using Npgsql;

namespace Hub.TestHarness;

/// <summary>One PostgreSQL for this test process, without durability, or the outside server in HUB_TEST_POSTGRES.</summary>
public static class TestPostgres
{
    private static readonly Lazy<Task<string>> Server = new(Start);
    private static readonly ConcurrentDictionary<string, Lazy<Task<string>>> Templates = new(StringComparer.Ordinal);
    private static readonly SemaphoreSlim Cloning = new(1, 1);
    private static int count;

    /// <summary>An empty database.</summary>
    public static async Task<string> CreateDatabase()
    {
        var name = NextName();
        await Administer($"create database {name}");
        return At(await Server.Value, name);
    }

    /// <summary>A copy of a database that is built once per key.</summary>
    public static async Task<string> CloneTemplate(string key, Func<string, Task> build)
    {
        var template = await Templates.GetOrAdd(key, _ => new(async () =>
        {
            var connectionString = await CreateDatabase();
            await build(connectionString + ";Pooling=false");
            NpgsqlConnection.ClearPool(new NpgsqlConnection(connectionString));
            return new NpgsqlConnectionStringBuilder(connectionString).Database!;
        })).Value;
        var name = NextName();
        await Cloning.WaitAsync();
        try
        {
            await Administer($"create database {name} template {template} strategy file_copy");
        }
        finally
        {
            Cloning.Release();
        }

        return At(await Server.Value, name);
    }

    public static Task Drop(string connectionString) =>
        Administer($"drop database if exists {new NpgsqlConnectionStringBuilder(connectionString).Database} with (force)");

    private static string NextName() => $"t{Environment.ProcessId}_{Interlocked.Increment(ref count)}";

    private static string At(string server, string database) => new NpgsqlConnectionStringBuilder(server) { Database = database, MaxPoolSize = 30 }.ConnectionString;

    private static async Task Administer(string sql)
    {
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(await Server.Value) { Pooling = false, CommandTimeout = 120 }.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    private static async Task<string> Start()
    {
        if (Environment.GetEnvironmentVariable("HUB_TEST_POSTGRES") is { Length: > 0 } outside)
            return outside;
        var directory = Directory.CreateTempSubdirectory("hub-test-pg-").FullName;
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(directory, (UnixFileMode)0b111_101_101);
        var server = await EmbeddedPostgres.Start(new EmbeddedPostgresOptions(directory, Durable: false), _ => { }, TimeProvider.System, CancellationToken.None);
        AppDomain.CurrentDomain.ProcessExit += (_, _) =>
        {
            server.DisposeAsync().AsTask().Wait();
            Directory.Delete(directory, recursive: true);
        };
        return server.ConnectionString;
    }
}
