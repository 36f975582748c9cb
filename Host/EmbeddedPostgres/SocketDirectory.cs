using System.Runtime.Versioning;
using System.Security.Cryptography;
using System.Text;

namespace Hub.Host.EmbeddedPostgres;

/// <summary>
/// The folder of the server's Unix socket. A socket's path may have about 100 bytes and the data directory may be anywhere, so it is a private
/// folder under the system's temporary one, with a short name that follows from the cluster's.
/// </summary>
[UnsupportedOSPlatform("windows")]
internal static class SocketDirectory
{
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const string Prefix = "hub-pg-";
    private const int LongestFolder = 85, Attempts = 9;

    public static string Prepare(Cluster cluster)
    {
        var name = Prefix + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(cluster.Data)))[..16];
        foreach (var attempt in Enumerable.Range(1, Attempts))
        {
            var directory = Path.Combine(Parent(cluster.Account), attempt == 1 ? name : $"{name}-{attempt}");
            if (!TryOwn(directory, cluster.Account)) continue;
            foreach (var left in Directory.GetFiles(directory, ".s.PGSQL.*")) File.Delete(left);
            return directory;
        }

        throw new EmbeddedPostgresException(
            $"The folder '{Path.Combine(Parent(cluster.Account), name)}' for the database's socket belongs to another user. "
            + "Remove it, or set TMPDIR to another folder.");
    }

    /// <summary>Takes the folder away after the server's end.</summary>
    public static void Remove(string directory, Account account)
    {
        if (!Path.GetFileName(directory).StartsWith(Prefix, StringComparison.Ordinal)) return;
        if (Native.Stat(directory) is { IsDirectory: true } entry && entry.Uid == account.Uid
            && !Directory.EnumerateFileSystemEntries(directory).Any())
            Directory.Delete(directory);
    }

    /// <summary>In a folder that everybody may write to, somebody else can take a name, with a link even: only a real folder of ours will do.</summary>
    private static bool TryOwn(string directory, Account account)
    {
        if (Native.Stat(directory) is null) Directory.CreateDirectory(directory, Private);
        var entry = Native.Stat(directory);
        if (entry is not { IsDirectory: true } || (entry.Value.Uid != account.Uid && entry.Value.Uid != Native.EffectiveUser())) return false;
        File.SetUnixFileMode(directory, Private);
        account.Give(directory);
        return true;
    }

    // Under root, a TMPDIR may be closed to PostgreSQL's account; and PostgreSQL and Npgsql give commas and colons in it a meaning.
    private static string Parent(Account account)
    {
        var temporary = Path.GetTempPath();
        var plain = temporary.All(c => char.IsAsciiLetterOrDigit(c) || c is '/' or '.' or '_' or '-' or '+');
        return !account.Other && plain && Directory.Exists(temporary) && temporary.Length + 25 <= LongestFolder ? temporary : "/tmp";
    }
}
