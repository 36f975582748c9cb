using System.Diagnostics;
using System.Globalization;
using Hub.Host;

namespace Hub.Benchmarks;

/// <summary>The executable as a user starts it: first start, warm starts, memory when idle. Goals: warm under 3 s, idle under 200 MB.</summary>
internal static class StartBenchmark
{
    public static async Task Run()
    {
        var directory = Directory.CreateTempSubdirectory("hub-bench-").FullName;
        try
        {
            Console.WriteLine($"first start, cluster made and migrated: {await Start(directory):0.00} s");
            for (var i = 0; i < 3; i++)
                Console.WriteLine($"warm start: {await Start(directory):0.00} s");
            await Start(directory, idle: TimeSpan.FromSeconds(10));
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    private static async Task<double> Start(string directory, TimeSpan? idle = null)
    {
        var started = Stopwatch.GetTimestamp();
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true };
        foreach (var argument in new[] { typeof(HubHost).Assembly.Location, "--urls", "http://127.0.0.1:0", $"--Hub:DataDirectory={directory}" })
            start.ArgumentList.Add(argument);
        using var process = Process.Start(start)!;
        while (await process.StandardOutput.ReadLineAsync() is { } line && !line.StartsWith("Ready on", StringComparison.Ordinal))
        {
        }

        var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        if (idle is { } time)
        {
            await Task.Delay(time);
            process.Refresh();
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"resident when idle: {process.WorkingSet64 / 1024.0 / 1024.0:0} MB"));
        }

        using (var stop = Process.Start("kill", ["-TERM", process.Id.ToString(CultureInfo.InvariantCulture)]))
            await stop.WaitForExitAsync();
        await process.WaitForExitAsync();
        return seconds;
    }
}
