using System.ComponentModel;
using System.Diagnostics;

namespace Hub.Host.EmbeddedPostgres;

/// <summary>Runs the tools of PostgreSQL and of the system to their end.</summary>
internal static class Command
{
    // The hub's secrets are none of these programs' business, and PG* and the language would change what they do and say.
    private static readonly string[] Withheld = ["PG", "HUB", "ConnectionStrings", "OTEL_", "LC_", "LANG"];

    /// <param name="ExitCode">Null when the program could not be started.</param>
    public sealed record Outcome(int? ExitCode, string Output, string Error)
    {
        public bool Succeeded => ExitCode == 0;
        public string Complaint => (Error.Trim() is { Length: > 0 } error ? error : Output).Trim();
    }

    /// <param name="runAs">Account to run under; null: the hub's own.</param>
    /// <param name="capture">False: the output goes nowhere, for a program that leaves children behind which would hold on to it.</param>
    public static async Task<Outcome> Run(
        string program, IEnumerable<string> arguments, Account? runAs = null, string? directory = null, bool capture = true,
        CancellationToken ct = default)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = capture,
            RedirectStandardError = capture,
            // The account may be barred from the hub's current folder.
            WorkingDirectory = directory ?? Path.GetPathRoot(Environment.SystemDirectory is { Length: > 0 } s ? s : "/"),
        };
        foreach (var name in start.Environment.Keys.Where(k => Withheld.Any(w => k.StartsWith(w, StringComparison.OrdinalIgnoreCase))).ToList())
            start.Environment.Remove(name);
        start.Environment["LC_ALL"] = "C";
        if (runAs is { Other: true } && !OperatingSystem.IsWindows()) start.UserName = runAs.Name;

        Process? process;
        try
        {
            process = Process.Start(start);
        }
        catch (Win32Exception e)
        {
            return new Outcome(null, "", new Win32Exception(e.NativeErrorCode).Message);
        }

        using (process)
        {
            process!.StandardInput.Close();
            try
            {
                var output = capture ? process.StandardOutput.ReadToEndAsync(ct) : Task.FromResult("");
                var error = capture ? process.StandardError.ReadToEndAsync(ct) : Task.FromResult("");
                await process.WaitForExitAsync(ct);
                return new Outcome(process.ExitCode, await output, await error);
            }
            catch (OperationCanceledException)
            {
                process.Kill(entireProcessTree: true);
                throw;
            }
        }
    }

    /// <summary>Full path of a program on PATH, or null.</summary>
    public static string? OnPath(string name) =>
        PathFolders().Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists);

    public static IEnumerable<string> PathFolders() =>
        (Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Where(Path.IsPathFullyQualified);
}
