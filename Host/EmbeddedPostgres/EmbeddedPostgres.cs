using System.ComponentModel;
using Npgsql;

namespace Hub.Host.EmbeddedPostgres;

/// <summary>
/// The hub's own PostgreSQL: found or fetched, its private cluster made at the first start, taken over when a killed hub left it running,
/// stopped when disposed. One process at a time may hold a data directory.
/// </summary>
internal sealed class EmbeddedPostgres : IAsyncDisposable
{
    private readonly Server server;
    private readonly IReadOnlyList<DirectoryLock> locks;

    private EmbeddedPostgres(Server server, IReadOnlyList<DirectoryLock> locks, string connectionString) =>
        (this.server, this.locks, ConnectionString) = (server, locks, connectionString);

    /// <summary>For the database <c>hub</c> as its owner. Holds the password: never log it.</summary>
    public string ConnectionString { get; }

    /// <param name="options">Where and how.</param>
    /// <param name="say">Gets a line for a person at each step.</param>
    /// <param name="time">Measures waiting.</param>
    /// <param name="ct">Gives up; a server that was being started is stopped again.</param>
    /// <exception cref="EmbeddedPostgresException">The database cannot be had; the message says what to do.</exception>
    public static async Task<EmbeddedPostgres> Start(EmbeddedPostgresOptions options, Action<string> say, TimeProvider time, CancellationToken ct)
    {
        var directory = Path.TrimEndingDirectorySeparator(Path.GetFullPath(options.DataDirectory));
        var locks = new List<DirectoryLock>();
        try
        {
            return await Start(directory, options, locks, say, time, ct);
        }
        catch (Exception e)
        {
            foreach (var held in locks) held.Dispose();
            if (Explain(e, directory) is { } explained) throw explained;
            throw;
        }
    }

    /// <summary>
    /// The connection string of a database that another hub is serving from this data directory right now; null when none is. For commands beside
    /// it: the server belongs to that hub and is left alone.
    /// </summary>
    public static string? FindServing(string dataDirectory)
    {
        var directory = Path.TrimEndingDirectorySeparator(Path.GetFullPath(dataDirectory));
        if (!File.Exists(DirectoryLock.FileIn(directory))) return null;
        using (var held = DirectoryLock.TryTake(directory))
            if (held is not null) return null;
        var place = ClusterPlace.Remembered(directory) ?? directory;
        var cluster = new Cluster(place, Account.For(ClusterPlace.HomeIn(place)));
        return Postmaster.Find(cluster.Data) is { IsReady: true } running ? Connection(running, cluster.Password).ConnectionString : null;
    }

    public async ValueTask DisposeAsync()
    {
        await server.Stop();
        foreach (var held in locks) held.Dispose();
    }

    private static async Task<EmbeddedPostgres> Start(
        string directory, EmbeddedPostgresOptions options, List<DirectoryLock> locks, Action<string> say, TimeProvider time, CancellationToken ct)
    {
        var account = Account.For(ClusterPlace.HomeIn(ClusterPlace.Remembered(directory) ?? directory));
        ClusterPlace.Make(directory, passable: account.Other);
        locks.Add(DirectoryLock.Take(directory));
        var place = await ClusterPlace.Choose(directory, account, say, ct);
        // A copy of a data directory points at the original's cluster.
        if (place != directory) locks.Add(DirectoryLock.Take(place));

        var cluster = new Cluster(place, account);
        cluster.Claim();
        var made = cluster.Version;
        var binaries = await new PostgresSearch(account, place, say).Find(options, made, ct);
        say($"Using PostgreSQL {binaries.Version} from {binaries.Directory}.");
        if (made is null)
        {
            say($"Creating a private database cluster in {cluster.Home}...");
            await cluster.Create(binaries, options.Durable, ct);
        }

        ClusterPlace.Remember(directory, place);
        var server = new Server(cluster, binaries, time);
        var connectionString = await Run(server, cluster, options.Durable, say, ct);
        return new EmbeddedPostgres(server, locks, connectionString);
    }

    private static async Task<string> Run(Server server, Cluster cluster, bool durable, Action<string> say, CancellationToken ct)
    {
        var password = cluster.Password;
        var leftBehind = File.Exists(Postmaster.FileIn(cluster.Data));
        var running = leftBehind ? await server.TakeOver(ct) : null;
        say(running is not null ? $"The database server of an earlier run is still there (process {running.Pid}); using it."
            : leftBehind ? "The database was not shut down last time; starting it and letting it recover..." : "Starting the database...");
        running ??= await server.Start(durable, ct);
        try
        {
            var connection = Connection(running, password);
            await OwnDatabase.Ensure(connection, ct);
            return connection.ConnectionString;
        }
        catch
        {
            await server.Stop();
            throw;
        }
    }

    private static NpgsqlConnectionStringBuilder Connection(Postmaster running, string password) => new()
    {
        Host = OperatingSystem.IsWindows() ? "127.0.0.1" : running.SocketDirectory,
        Port = running.Port,
        Username = Cluster.User,
        Password = password,
        Database = Cluster.Database,
        // Neither exists on a private socket, and asking for them costs time at each connection.
        SslMode = SslMode.Disable,
        GssEncryptionMode = GssEncryptionMode.Disable,
    };

    private static EmbeddedPostgresException? Explain(Exception e, string directory) => e switch
    {
        UnauthorizedAccessException => FirstForeign(directory) ?? new EmbeddedPostgresException(
            $"The data directory '{directory}' cannot be used: {e.Message} Set Hub__DataDirectory to a folder that the hub may write to.", e),
        IOException or Win32Exception or FormatException =>
            new EmbeddedPostgresException($"The embedded database in '{directory}' cannot be used: {e.Message}", e),
        _ => null,
    };

    private static EmbeddedPostgresException? FirstForeign(string directory) =>
        OperatingSystem.IsWindows() ? null : new[] { DirectoryLock.FileIn(directory), ClusterPlace.HomeIn(directory), directory }
            .Where(path => Native.Stat(path) is { } entry && entry.Uid != Native.EffectiveUser())
            .Select(path => Cluster.Foreign(path, Native.Stat(path)!.Value.Uid))
            .FirstOrDefault();
}
