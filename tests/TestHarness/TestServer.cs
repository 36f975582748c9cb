using System.Security.Cryptography;
using Hub.Host.EmbeddedPostgres;
using Npgsql;

namespace Hub.TestHarness;

/// <summary>The server behind <see cref="TestPostgres"/> and what is asked of it as its administrator.</summary>
internal sealed class TestServer
{
    private static readonly Lazy<Task<TestServer>> Starting = new(Start);

    private readonly NpgsqlConnectionStringBuilder administrator;
    private readonly NpgsqlDataSource administration;
    private readonly string prefix = $"hubtest_{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4))}_";
    private static Lazy<bool>? removal;
    private int databases;

    private TestServer(string connectionString)
    {
        administrator = new NpgsqlConnectionStringBuilder(connectionString);
        administration = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(connectionString) { MaxPoolSize = 4 });
    }

    public static Task<TestServer> Shared => Starting.Value;

    /// <summary>Ends the server, if one was started, with all that belongs to it. Nothing may use it afterwards.</summary>
    public static void Remove() => _ = removal?.Value;

    public async Task<string> Create(string? template)
    {
        var name = prefix + Interlocked.Increment(ref databases);
        await Execute($"create database {name} template {template ?? "template0"} strategy file_copy");
        return new NpgsqlConnectionStringBuilder(administrator.ConnectionString)
        {
            Database = name,
            // Hundreds of tests share the server's 200 sessions: none keeps idle ones for long.
            MaxPoolSize = 40,
            ConnectionIdleLifetime = 2,
            ConnectionPruningInterval = 1,
        }.ConnectionString;
    }

    /// <summary>A template can only be copied while nobody is in it.</summary>
    public async Task Seal(string database)
    {
        await Execute($"alter database {database} allow_connections false");
        await Execute($"select pg_terminate_backend(pid) from pg_stat_activity where datname = '{database}'");
    }

    public Task Drop(string database) =>
        database.StartsWith(prefix, StringComparison.Ordinal)
            ? Execute($"drop database if exists {database} with (force)")
            : throw new ArgumentException($"'{database}' was not made by these tests.", nameof(database));

    private static async Task<TestServer> Start()
    {
        if (Environment.GetEnvironmentVariable("HUB_TEST_POSTGRES") is { Length: > 0 } outside)
        {
            var server = new TestServer(outside);
            AtTheEnd(server.DropAll);
            return server;
        }

        TestDirectory.RemoveLeftovers();
        var directory = TestDirectory.New();
        AtTheEnd(() => TestDirectory.Remove(directory));
        var postgres = await EmbeddedPostgres.Start(new EmbeddedPostgresOptions(directory, TestPostgres.Durable), _ => { }, TimeProvider.System, default);
        return new TestServer(postgres.ConnectionString);
    }

    // The test runner gives an exiting process a moment only, so its end is the second chance; the last test is the first.
    private static void AtTheEnd(Action remove)
    {
        var once = new Lazy<bool>(() =>
        {
            remove();
            return true;
        });
        removal = once;
        AppDomain.CurrentDomain.ProcessExit += (_, _) => _ = once.Value;
    }

    private async Task Execute(string sql)
    {
        await using var command = administration.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    private void DropAll()
    {
        for (var number = databases; number > 0; number--) Drop(prefix + number).GetAwaiter().GetResult();
    }
}
