using System.Collections.Concurrent;
using Npgsql;

namespace Hub.TestHarness;

/// <summary>
/// Databases for tests, on one server per test process that starts at the first use and goes away with the process: a private PostgreSQL
/// without durability unless <see cref="Durable"/> is set, or the server that the environment variable <c>HUB_TEST_POSTGRES</c> names (a connection string with the right to
/// create databases). Every member may be used from many tests at once.
/// </summary>
public static class TestPostgres
{
    private static readonly ConcurrentDictionary<string, Lazy<Task<string>>> Templates = new();

    /// <summary>True makes every commit reach the disk, for figures that are worth something; set before the first database is made.</summary>
    public static bool Durable { get; set; }

    /// <returns>Connection string of a new, empty database.</returns>
    public static async Task<string> CreateDatabase() => await (await TestServer.Shared).Create(template: null);

    /// <summary>A copy of the template of this key, which the first caller has built; the others wait for it.</summary>
    /// <param name="key">Names what <paramref name="build"/> makes, for example a set of migrations.</param>
    /// <param name="build">Fills the empty database that the connection string names. Runs once per process and key.</param>
    /// <returns>Connection string of the copy.</returns>
    public static async Task<string> CloneTemplate(string key, Func<string, Task> build)
    {
        var template = await Templates.GetOrAdd(key, _ => new Lazy<Task<string>>(() => Build(build))).Value;
        return await (await TestServer.Shared).Create(template);
    }

    /// <summary>Ends the sessions of a database made here and removes it. Not required: the whole server goes at the end.</summary>
    public static async Task Drop(string connectionString)
    {
        await using (var connection = new NpgsqlConnection(connectionString)) NpgsqlConnection.ClearPool(connection);
        await (await TestServer.Shared).Drop(new NpgsqlConnectionStringBuilder(connectionString).Database!);
    }

    private static async Task<string> Build(Func<string, Task> build)
    {
        var server = await TestServer.Shared;
        var connection = new NpgsqlConnectionStringBuilder(await server.Create(template: null)) { Pooling = false };
        await build(connection.ConnectionString);
        await server.Seal(connection.Database!);
        return connection.Database!;
    }
}
