using Hub.Host.CommandLine;
using Npgsql;

namespace Hub.Host.Startup;

internal static class DatabaseWait
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>Waits for a database that is still starting, as containers do; wrong credentials or a missing database fail at once.</summary>
    public static async Task UntilReachable(NpgsqlDataSource source, Action<string> say, CancellationToken ct)
    {
        var started = System.Diagnostics.Stopwatch.GetTimestamp();
        while (true)
        {
            try
            {
                await using var connection = await source.OpenConnectionAsync(ct);
                if (connection.PostgreSqlVersion.Major < 15)
                    throw new StartupException($"PostgreSQL 15 or newer is needed; this one is {connection.PostgreSqlVersion}.");
                return;
            }
            catch (NpgsqlException fault) when (fault is not PostgresException { SqlState: not "57P03" })
            {
                if (System.Diagnostics.Stopwatch.GetElapsedTime(started) > Patience)
                    throw new StartupException($"The database cannot be reached: {fault.Message}. Check ConnectionStrings__Hub.");
                say($"Waiting for the database: {fault.Message}");
                await Task.Delay(TimeSpan.FromSeconds(2), ct);
            }
        }
    }
}
