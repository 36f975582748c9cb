using System.Globalization;
using System.Text.RegularExpressions;

namespace Hub.Host.EmbeddedPostgres;

/// <summary>A folder with the programs of one PostgreSQL version, seen to run under the account that will run them.</summary>
internal sealed partial record PostgresBinaries(string Directory, int Major, string Version)
{
    public const int Oldest = 15;

    private static readonly string Suffix = OperatingSystem.IsWindows() ? ".exe" : "";

    public string InitDb => Program(Directory, "initdb");
    public string PgCtl => Program(Directory, "pg_ctl");

    public static bool AreIn(string directory) => new[] { "postgres", "initdb", "pg_ctl" }.All(name => IsThere(Program(directory, name)));

    /// <summary>Null, and a word about why, when the folder's version is too old or does not run.</summary>
    public static async Task<PostgresBinaries?> Probe(string directory, Account account, Action<string> say, CancellationToken ct)
    {
        var said = await Command.Run(Program(directory, "postgres"), ["--version"], account, ct: ct);
        var version = VersionPattern().Match(said.Output);
        if (!said.Succeeded || !version.Success)
        {
            say($"Passing over {directory}: its PostgreSQL does not run as the user '{account.Name}' ({FirstLine(said.Complaint)}).");
            return null;
        }

        var major = int.Parse(version.Groups["major"].Value, CultureInfo.InvariantCulture);
        var found = new PostgresBinaries(directory, major, version.Groups["whole"].Value);
        if (found.Major >= Oldest) return found;
        say($"Passing over PostgreSQL {found.Version} in {directory}: the hub needs version {Oldest} or later.");
        return null;
    }

    private static string Program(string directory, string name) => Path.Combine(directory, name + Suffix);

    private static bool IsThere(string file) => File.Exists(file) && File.ResolveLinkTarget(file, returnFinalTarget: true) is not { Exists: false };

    private static string FirstLine(string text) => text.Split('\n')[0].Trim();

    [GeneratedRegex(@"\(PostgreSQL\) (?<whole>(?<major>\d+)\S*)")]
    private static partial Regex VersionPattern();
}
