using System.Net;
using System.Net.Sockets;

namespace Hub.Host.EmbeddedPostgres;

/// <summary>Starts, takes over and stops the server of a cluster.</summary>
internal sealed class Server(Cluster cluster, PostgresBinaries binaries, TimeProvider time)
{
    // Recovery after a power cut may read gigabytes of log.
    private static readonly TimeSpan LongestStart = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan LastBackendLeaves = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(10);
    private const long LargestLog = 10_000_000;

    /// <summary>The server that a killed hub left running, once it answers; null when there is none.</summary>
    public async Task<Postmaster?> TakeOver(CancellationToken ct)
    {
        for (var begun = time.GetTimestamp(); Postmaster.Find(cluster.Data) is { } running; await Task.Delay(Glance, time, ct))
        {
            if (running is { IsReady: true, Answers: true }) return running;
            // Its socket was swept away with the temporary folder: nobody can reach it any more.
            if (running.IsReady) await Stop();
            if (time.GetElapsedTime(begun) > LongestStart)
                throw new EmbeddedPostgresException(
                    $"The database server that is already running (process {running.Pid}) neither became ready nor ended. {See}");
        }

        return null;
    }

    public async Task<Postmaster> Start(bool durable, CancellationToken ct)
    {
        if (File.Exists(cluster.Log) && new FileInfo(cluster.Log).Length > LargestLog) File.Move(cluster.Log, cluster.Log + ".1", overwrite: true);
        for (var begun = time.GetTimestamp(); ; await Task.Delay(Glance, time, ct))
        {
            // The server is not there, so what it left behind is stale; PostgreSQL itself would stop at a number that another process has now.
            File.Delete(Postmaster.FileIn(cluster.Data));
            var address = OperatingSystem.IsWindows() ? ServerSettings.Loopback(FreePort()) : ServerSettings.Socket(SocketDirectory.Prepare(cluster));
            var logged = File.Exists(cluster.Log) ? new FileInfo(cluster.Log).Length : 0;
            var (started, complaint) = await Launch([.. address, .. ServerSettings.For(durable)], ct);
            if (started is not null) return started;

            var words = await NewLogLines(logged, ct);
            // Backends of a killed server hold its memory until they notice; and on Windows the free port may have been taken meanwhile.
            var passes = words.Contains("pre-existing shared memory block", StringComparison.Ordinal)
                || words.Contains("could not bind", StringComparison.Ordinal);
            if (passes && time.GetElapsedTime(begun) < LastBackendLeaves) continue;
            if (!OperatingSystem.IsWindows()) SocketDirectory.Remove(SocketDirectory.Prepare(cluster), cluster.Account);
            throw new EmbeddedPostgresException($"The database server did not start. {(words.Length > 0 ? words : complaint)}\n{See}");
        }
    }

    /// <summary>Ends all sessions and leaves a clean shutdown behind.</summary>
    public async Task Stop()
    {
        var running = Postmaster.Find(cluster.Data);
        var stopped = await Control("stop", "-m", "fast", "-w", "-t", "60");
        if (stopped.Succeeded && running is not null && !OperatingSystem.IsWindows())
            SocketDirectory.Remove(running.SocketDirectory, cluster.Account);
    }

    private string See => $"The server's log is '{cluster.Log}'.";

    // pg_ctl gives the server a session of its own: Ctrl+C in the hub's terminal must not end it before the hub has drained.
    private async Task<(Postmaster? Started, string Complaint)> Launch(IEnumerable<string> settings, CancellationToken ct)
    {
        var options = string.Join(' ', settings.Select(s => "-c " + s));
        var launch = Control("start", "-w", "-t", $"{LongestStart.TotalSeconds:0}", "-l", cluster.Log, "-o", options);
        try
        {
            // pg_ctl looks every 100 ms; the file says it sooner.
            while (!launch.IsCompleted)
            {
                if (Postmaster.Find(cluster.Data) is { IsReady: true } ready) return (ready, "");
                await Task.WhenAny(launch, Task.Delay(Glance, time, ct));
                ct.ThrowIfCancellationRequested();
            }
        }
        catch (OperationCanceledException)
        {
            // The first request to stop may come before the server can take it.
            await Stop();
            await launch;
            await Stop();
            throw;
        }

        var outcome = await launch;
        return (outcome.Succeeded ? Postmaster.Find(cluster.Data) : null, outcome.Complaint);
    }

    private Task<Command.Outcome> Control(string action, params string[] more) =>
        Command.Run(binaries.PgCtl, [action, "-s", "-D", cluster.Data, .. more], cluster.Account, capture: !OperatingSystem.IsWindows());

    private async Task<string> NewLogLines(long from, CancellationToken ct)
    {
        if (!File.Exists(cluster.Log)) return "";
        await using var log = new FileStream(cluster.Log, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        log.Seek(from, SeekOrigin.Begin);
        using var reader = new StreamReader(log);
        return string.Join('\n', (await reader.ReadToEndAsync(ct)).Split('\n', StringSplitOptions.RemoveEmptyEntries).TakeLast(8));
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
