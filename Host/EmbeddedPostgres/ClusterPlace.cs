using System.Security.Cryptography;
using System.Text;

namespace Hub.Host.EmbeddedPostgres;

/// <summary>
/// Decides in which folder the cluster lives: the data directory, unless the hub runs as root and the account of PostgreSQL cannot get there
/// (<c>/root</c> is closed to others). Then it is a folder under <c>/var/lib</c>, and a file in the data directory remembers which.
/// </summary>
internal static class ClusterPlace
{
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const UnixFileMode Passable = Private | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    public static string Elsewhere { get; } = "/var/lib/integration-hub";

    public static string HomeIn(string place) => Path.Combine(place, "postgres");

    public static string? Remembered(string dataDirectory) =>
        File.Exists(Pointer(dataDirectory)) ? File.ReadAllText(Pointer(dataDirectory)).Trim() : null;

    /// <summary>Called when the cluster is complete, so that the file never points at something half done.</summary>
    public static void Remember(string dataDirectory, string place)
    {
        if (place == dataDirectory || Remembered(dataDirectory) == place) return;
        File.WriteAllText(Pointer(dataDirectory) + ".new", place + "\n");
        File.Move(Pointer(dataDirectory) + ".new", Pointer(dataDirectory), overwrite: true);
    }

    /// <summary>Makes a folder that others may pass through but not list when PostgreSQL has another account, else a private one.</summary>
    public static void Make(string directory, bool passable)
    {
        if (Directory.Exists(directory)) return;
        if (OperatingSystem.IsWindows()) Directory.CreateDirectory(directory);
        else
        {
            Directory.CreateDirectory(directory);
            File.SetUnixFileMode(directory, passable ? Passable : Private);
        }
    }

    public static async Task<string> Choose(string dataDirectory, Account account, Action<string> say, CancellationToken ct)
    {
        if (OperatingSystem.IsWindows()) return dataDirectory;
        if (Remembered(dataDirectory) is { } remembered)
            return Directory.Exists(HomeIn(remembered)) ? remembered : throw new EmbeddedPostgresException(
                $"The database of the data directory '{dataDirectory}' was kept in '{remembered}', which is gone. "
                + $"Bring it back, or delete '{Pointer(dataDirectory)}' to begin with an empty database.");
        if (Native.Stat(HomeIn(dataDirectory)) is { } home && home.Uid != account.Uid && home.Uid != Native.EffectiveUser())
            throw Cluster.Foreign(HomeIn(dataDirectory), home.Uid);
        if (!account.Other || await CanReach(account, dataDirectory, ct)) return dataDirectory;
        if (Directory.Exists(HomeIn(dataDirectory)))
            throw new EmbeddedPostgresException(
                $"The database in '{HomeIn(dataDirectory)}' can no longer be reached by the user '{account.Name}', whom PostgreSQL runs as. "
                + "Make the folders above it passable (chmod o+x).");

        var place = FreePlace(dataDirectory, say);
        Make(Elsewhere, passable: true);
        Make(place, passable: true);
        if (!await CanReach(account, place, ct))
            throw new EmbeddedPostgresException(
                $"PostgreSQL does not run as root, and its user '{account.Name}' can reach neither '{dataDirectory}' nor '{place}'. "
                + "Set Hub__DataDirectory to a folder whose parents are passable (chmod o+x).");
        say($"The user '{account.Name}' cannot get into {dataDirectory}, so the database is kept in {place}.");
        return place;
    }

    /// <summary>A cluster there that no file points at belonged to a data directory that somebody deleted, to begin anew.</summary>
    private static string FreePlace(string dataDirectory, Action<string> say)
    {
        var first = Path.Combine(Elsewhere, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(dataDirectory)))[..16]);
        if (!IsTaken(first)) return first;
        say($"The database of an earlier {dataDirectory} is still in {first}; it is left alone and may be deleted.");
        return Enumerable.Range(2, int.MaxValue - 2).Select(number => $"{first}-{number}").First(place => !IsTaken(place));

        static bool IsTaken(string place) => Directory.Exists(Path.Combine(HomeIn(place), "data"));
    }

    private static string Pointer(string dataDirectory) => Path.Combine(dataDirectory, "postgres.location");

    private static async Task<bool> CanReach(Account account, string directory, CancellationToken ct)
    {
        var tried = await Command.Run("/bin/sh", ["-c", "cd -- \"$0\"", directory], account, ct: ct);
        return tried.ExitCode is { } code ? code == 0 : throw new EmbeddedPostgresException(
            $"PostgreSQL does not run as root, and the hub may not run it as the user '{account.Name}' either ({tried.Complaint}). "
            + "Start the hub as an ordinary user, or set ConnectionStrings__Hub to a PostgreSQL of your own.");
    }
}
