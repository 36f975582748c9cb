using System.Diagnostics;
using Hub.Host;

namespace Hub.TestHarness;

/// <summary>The executable as a process of its own on a test's database: what a test kills.</summary>
public sealed class HubProcess : IAsyncDisposable
{
    private readonly Process process;

    private HubProcess(Process process, Uri url) => (this.process, Url) = (process, url);

    public Uri Url { get; }

    public long ResidentBytes
    {
        get
        {
            process.Refresh();
            return process.WorkingSet64;
        }
    }

    /// <summary>Time of all cores together, so far.</summary>
    public TimeSpan Worked
    {
        get
        {
            process.Refresh();
            return process.TotalProcessorTime;
        }
    }

    /// <summary>Starts it and waits until it is ready.</summary>
    public static Task<HubProcess> Start(string connectionString, params (string Name, string Value)[] settings)
    {
        var start = new ProcessStartInfo("dotnet", [typeof(HubHost).Assembly.Location, "--urls", "http://127.0.0.1:0"])
        {
            RedirectStandardOutput = true,
            Environment =
            {
                ["ConnectionStrings__Hub"] = connectionString,
                ["HUB_MASTER_KEY"] = HubDatabases.MasterKey,
                ["HUB_ADMIN_KEY"] = HubFixture.AdminKey,
                ["Hub__Egress__AllowedNetworks"] = "127.0.0.0/8",
                ["Logging__LogLevel__Default"] = "Warning",
            },
        };
        foreach (var (name, value) in settings)
            start.Environment[name] = value;
        return Start(start);
    }

    /// <summary>Any server that says <c>Ready on ADDRESS</c>, with its output redirected.</summary>
    public static async Task<HubProcess> Start(ProcessStartInfo start)
    {
        var process = Process.Start(start)!;
        var said = new List<string>();
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            said.Add(line);
            if (line.StartsWith("Ready on ", StringComparison.Ordinal))
            {
                _ = process.StandardOutput.ReadToEndAsync();
                return new HubProcess(process, new Uri(line.Split(' ')[2].TrimEnd(',', '.')));
            }
        }

        throw new InvalidOperationException($"The hub did not start: {string.Join(Environment.NewLine, said)}");
    }

    /// <summary>Ends it as <c>kill -9</c> does: nothing is finished, nothing is told.</summary>
    public async Task Kill()
    {
        process.Kill();
        await process.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
            await Kill();
        process.Dispose();
    }
}
