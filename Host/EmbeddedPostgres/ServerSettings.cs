namespace Hub.Host.EmbeddedPostgres;

/// <summary>Settings given at each start, so that a newer hub brings newer ones. Values hold no spaces: pg_ctl hands them to a shell.</summary>
internal static class ServerSettings
{
    private const int Port = 5432;

    public static string[] Socket(string directory) =>
        ["listen_addresses=", $"port={Port}", $"unix_socket_directories={directory}", "unix_socket_permissions=0700"];

    public static string[] Loopback(int port) => ["listen_addresses=127.0.0.1", $"port={port}"];

    public static string[] For(bool durable) =>
    [
        "max_connections=200",
        "timezone=UTC",
        "log_timezone=UTC",
        // Statements and their values are payload, which no log may hold; the hub itself reports what fails.
        "log_min_messages=log",
        "log_min_error_statement=panic",
        "log_error_verbosity=terse",
        "log_checkpoints=off",
        // Short statements: compiling them costs more than it saves.
        "jit=off",
        // What a hub that was killed had asked for is given up, with its locks, instead of being worked off. Not every system can tell.
        .. OperatingSystem.IsLinux() ? ["client_connection_check_interval=1000"] : Array.Empty<string>(),
        .. durable
            ? ["shared_buffers=128MB", "fsync=on", "synchronous_commit=on", "full_page_writes=on"]
            : (string[])["shared_buffers=64MB", "fsync=off", "synchronous_commit=off", "full_page_writes=off", "wal_level=minimal", "max_wal_senders=0"],
    ];
}
