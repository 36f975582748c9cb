using System.ComponentModel;
using System.Diagnostics;

namespace Hub.Host.EmbeddedPostgres;

/// <summary>What the server's <c>postmaster.pid</c> says, checked against the process of that number.</summary>
/// <param name="SocketDirectory">Empty when the server listens on TCP only.</param>
/// <param name="Status"><c>starting</c>, <c>ready</c>, <c>stopping</c> or empty.</param>
internal sealed record Postmaster(int Pid, int Port, string SocketDirectory, string Status)
{
    public bool IsReady => Status == "ready";

    public bool Answers => OperatingSystem.IsWindows() || File.Exists(Path.Combine(SocketDirectory, $".s.PGSQL.{Port}"));

    public static string FileIn(string data) => Path.Combine(data, "postmaster.pid");

    /// <summary>The living server of this data folder, or null. A number that another program has by now, or a dead process, is not it.</summary>
    public static Postmaster? Find(string data)
    {
        if (ReadOrNull(FileIn(data)) is not { Length: > 0 } text) return null;
        var lines = text.Split('\n').Select(l => l.Trim()).ToArray();
        if (!int.TryParse(lines[0], out var pid) || !IsServerOf(pid, data, text)) return null;
        return new Postmaster(pid, int.TryParse(Line(3), out var port) ? port : 0, Line(4), Line(7));

        string Line(int number) => number < lines.Length ? lines[number] : "";
    }

    private static bool IsServerOf(int pid, string data, string pidFile) =>
        OperatingSystem.IsLinux()
            // The server works inside its data folder: the same file seen from there proves it, even after the folder was renamed.
            ? ReadOrNull($"/proc/{pid}/cwd/postmaster.pid") is { } seen ? seen == pidFile : CommandLineNames(pid, data)
            : OperatingSystem.IsMacOS() ? MacCommandLineNames(pid, data) : IsNamedPostgres(pid);

    private static bool CommandLineNames(int pid, string data) =>
        ReadOrNull($"/proc/{pid}/cmdline")?.Split('\0') is { } arguments && arguments.Contains("-D") && arguments.Contains(data);

    private static bool MacCommandLineNames(int pid, string data)
    {
        using var ps = Process.Start(new ProcessStartInfo("/bin/ps", ["-ww", "-o", "command=", "-p", $"{pid}"]) { RedirectStandardOutput = true });
        return ps?.StandardOutput.ReadToEnd().Contains("-D " + data, StringComparison.Ordinal) == true;
    }

    private static bool IsNamedPostgres(int pid)
    {
        try
        {
            using var process = Process.GetProcessById(pid);
            return process.ProcessName.StartsWith("postgres", StringComparison.OrdinalIgnoreCase);
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException or Win32Exception)
        {
            return false;
        }
    }

    private static string? ReadOrNull(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
