namespace Hub.Host.EmbeddedPostgres;

/// <summary>Where the hub's own PostgreSQL lives and how it is run.</summary>
/// <param name="DataDirectory">Folder of the hub's data, absolute or relative; made when absent. The cluster is its subfolder <c>postgres</c>.</param>
/// <param name="Durable">True: every commit reaches the disk. False: fast and lossy, for tests.</param>
/// <param name="BinDirectory">Folder with <c>postgres</c>, <c>initdb</c> and <c>pg_ctl</c>; null: they are looked for.</param>
internal sealed record EmbeddedPostgresOptions(string DataDirectory, bool Durable = true, string? BinDirectory = null)
{
    /// <summary>False: only the copy that the hub downloaded into its data directory is used, as on a machine without PostgreSQL.</summary>
    public bool UseInstalled { get; init; } = true;
}
