using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Hub.Host.EmbeddedPostgres;

namespace Hub.TestHarness;

/// <summary>Temporary data directories whose name tells which process uses them, so that those of killed runs can be told and removed.</summary>
public static class TestDirectory
{
    private const int ImmediateShutdown = 3;
    private const string Prefix = "hub-tests-";
    private static readonly TimeSpan LongestStop = TimeSpan.FromSeconds(10);

    /// <returns>A path that is not there yet.</returns>
    public static string New(string suffix = "") =>
        Path.Combine(Path.GetTempPath(), $"{Prefix}{Environment.ProcessId}-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4))}{suffix}");

    public static void RemoveLeftovers()
    {
        foreach (var directory in Directory.GetDirectories(Path.GetTempPath(), Prefix + "*"))
        {
            if (!int.TryParse(Path.GetFileName(directory)[Prefix.Length..].Split('-')[0], out var pid) || IsAlive(pid)) continue;
            try
            {
                // Held by a process that has this number elsewhere, in a container of its own.
                using var held = DirectoryLock.TryTake(directory);
                if (held is not null) Remove(directory);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // Another user's, or another run removes it at this moment.
            }
        }
    }

    /// <summary>Ends the server of the directory without ceremony and deletes it with everything that belongs to it.</summary>
    public static void Remove(string directory)
    {
        if (!Directory.Exists(directory)) return;
        foreach (var place in new[] { ClusterPlace.Remembered(directory), directory }.OfType<string>())
        {
            foreach (var pidFile in Directory.GetFiles(place, "postmaster.pid", SearchOption.AllDirectories))
                EndServer(Path.GetDirectoryName(pidFile)!);
            Directory.Delete(place, recursive: true);
        }
    }

    private static void EndServer(string data)
    {
        if (Postmaster.Find(data) is not { } running) return;
        if (OperatingSystem.IsWindows()) Process.GetProcessById(running.Pid).Kill(entireProcessTree: true);
        else _ = Kill(running.Pid, ImmediateShutdown);
        SpinWait.SpinUntil(() => Postmaster.Find(data) is null, LongestStop);
        if (running.SocketDirectory.Length > 0 && Directory.Exists(running.SocketDirectory))
            Directory.Delete(running.SocketDirectory, recursive: true);
    }

    [DllImport("libc", EntryPoint = "kill")]
    private static extern int Kill(int pid, int signal);

    private static bool IsAlive(int pid)
    {
        try
        {
            using var process = Process.GetProcessById(pid);
            return !process.HasExited;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }
}
