using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Hub.Host.EmbeddedPostgres;

/// <summary>The files of one private cluster: the database itself, the password of its only user, the server's log.</summary>
internal sealed class Cluster(string place, Account account)
{
    public const string User = "hub", Database = "hub";

    public Account Account => account;
    public string Home { get; } = ClusterPlace.HomeIn(place);
    public string Data => Path.Combine(Home, "data");
    public string Log => Path.Combine(Home, "postgres.log");
    private string PasswordFile => Path.Combine(Home, "password");

    /// <summary>The major version that made the cluster; null when there is none yet.</summary>
    public int? Version =>
        File.Exists(Path.Combine(Data, "PG_VERSION"))
            ? int.Parse(File.ReadAllText(Path.Combine(Data, "PG_VERSION")).Trim(), CultureInfo.InvariantCulture)
            : null;

    public string Password => File.Exists(PasswordFile) ? File.ReadAllText(PasswordFile).Trim() : throw new EmbeddedPostgresException(
        $"The database in '{Home}' is there, but its password file '{PasswordFile}' is gone. Bring it back from a backup, "
        + $"or move '{Home}' away to begin with an empty database.");

    /// <summary>Makes sure that the folder is there and belongs to the account.</summary>
    public void Claim()
    {
        // pg_ctl and initdb build shell commands of these paths.
        if (!OperatingSystem.IsWindows() && Home.IndexOfAny(['"', '$', '`', '\\', '\n']) >= 0)
            throw new EmbeddedPostgresException(
                $"PostgreSQL cannot work in '{Home}': a character of that name is not safe for it. Set Hub__DataDirectory to another folder.");

        ClusterPlace.Make(Home, passable: false);
        if (account.Owns(Home)) return;
        var owner = Native.Stat(Home)!.Value.Uid;
        if (account.Other && owner == 0) account.Give(Home);
        else throw Foreign(Home, owner);
    }

    /// <summary>Fills a fresh folder and moves it into place as the last step, so that a start that was killed leaves nothing half done.</summary>
    public async Task Create(PostgresBinaries binaries, bool durable, CancellationToken ct)
    {
        foreach (var halfDone in Directory.GetDirectories(Home, "data.new-*")) TryDelete(halfDone);
        // Never the same name twice: an initdb that outlived its hub must not meet this one.
        var fresh = Path.Combine(Home, "data.new-" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4)));
        WritePassword();

        var made = await Initialise(binaries, fresh, LocaleOf(binaries), durable, ct);
        if (made.Error.Contains("invalid locale", StringComparison.Ordinal)) made = await Initialise(binaries, fresh, ["--no-locale"], durable, ct);
        if (!made.Succeeded) throw new EmbeddedPostgresException($"The database cluster in '{Home}' could not be made: {made.Complaint}");
        Directory.Move(fresh, Data);
    }

    public static EmbeddedPostgresException Foreign(string path, uint owner) => new(
        $"'{path}' belongs to the user {Account.NameOf(owner)}, but the hub was started by {Account.NameOf(Native.EffectiveUser())}. "
        + "Start it as the user who started it first, or set Hub__DataDirectory to another folder.");

    private Task<Command.Outcome> Initialise(
        PostgresBinaries binaries, string directory, IEnumerable<string> locale, bool durable, CancellationToken ct) =>
        Command.Run(
            binaries.InitDb,
            [
                "-D", directory, "-U", User, "-E", "UTF8", .. locale, "-A", "scram-sha-256", "--pwfile=" + PasswordFile, "--no-instructions",
                .. durable ? Array.Empty<string>() : ["--no-sync"],
            ],
            account, ct: ct);

    // Order by code point and know all letters; from version 17 on without help of the system's locales, which change under an index.
    private static string[] LocaleOf(PostgresBinaries binaries) =>
        binaries.Major >= 17 ? ["--no-locale", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"] : ["--locale=C.UTF-8"];

    private void WritePassword()
    {
        File.Delete(PasswordFile);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using (var file = new FileStream(PasswordFile, options))
        {
            file.Write(Encoding.ASCII.GetBytes(Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(24))));
            file.Flush(flushToDisk: true);
        }

        account.Give(PasswordFile);
    }

    private static void TryDelete(string directory)
    {
        try
        {
            Directory.Delete(directory, recursive: true);
        }
        catch (IOException)
        {
            // An initdb that still runs keeps adding files; the next start takes the rest.
        }
    }
}
