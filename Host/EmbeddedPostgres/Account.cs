using System.ComponentModel;
using System.Globalization;

namespace Hub.Host.EmbeddedPostgres;

/// <summary>
/// The system account that owns the cluster and runs PostgreSQL: the hub's own, except under root, where PostgreSQL refuses to run.
/// </summary>
/// <param name="Other">True when it is not the account the hub runs under.</param>
internal sealed record Account(string Name, uint Uid, uint Gid, bool Other)
{
    private const string PasswordDatabase = "/etc/passwd";

    /// <summary>Under root: the unprivileged account that owns the cluster already, else <c>postgres</c>, else <c>nobody</c>.</summary>
    public static Account For(string clusterHome)
    {
        if (OperatingSystem.IsWindows()) return new Account(Environment.UserName, 0, 0, false);
        var self = Native.EffectiveUser();
        if (self != 0) return new Account(Environment.UserName, self, 0, false);

        var candidates = Known().Where(a => a.Name is "postgres" or "_postgres" or "nobody").ToList();
        var owner = Native.Stat(clusterHome)?.Uid;
        return candidates.Find(a => a.Uid == owner) ?? candidates.Find(a => a.Name != "nobody") ?? candidates.FirstOrDefault()
            ?? throw new EmbeddedPostgresException(
                "PostgreSQL does not run as root, and this system has neither a user 'postgres' nor 'nobody' to run it as. "
                + "Start the hub as an ordinary user, or set ConnectionStrings__Hub to a PostgreSQL of your own.");
    }

    public static string NameOf(uint uid) =>
        uid == 0 ? "root" : Known().FirstOrDefault(a => a.Uid == uid)?.Name ?? $"number {uid}";

    public bool Owns(string path) => OperatingSystem.IsWindows() || Native.Stat(path)?.Uid == Uid;

    /// <summary>Hands a path that the hub made to this account.</summary>
    public void Give(string path)
    {
        if (!Other) return;
        try
        {
            Native.ChangeOwner(path, Uid, Gid);
        }
        catch (Win32Exception e)
        {
            throw new EmbeddedPostgresException(
                $"'{path}' cannot be given to the user '{Name}', whom PostgreSQL runs as ({e.Message}). "
                + "Start the hub as an ordinary user, or set ConnectionStrings__Hub to a PostgreSQL of your own.", e);
        }
    }

    private static IEnumerable<Account> Known() =>
        !File.Exists(PasswordDatabase) ? [] : File.ReadLines(PasswordDatabase)
            .Select(line => line.Split(':'))
            .Where(f => f.Length >= 4 && long.TryParse(f[2], out _) && long.TryParse(f[3], out _))
            .Select(f => new Account(f[0], Number(f[2]), Number(f[3]), true));

    // macOS writes nobody's number as -2.
    private static uint Number(string text) => unchecked((uint)long.Parse(text, CultureInfo.InvariantCulture));
}
