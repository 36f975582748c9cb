using Hub.Host.EmbeddedPostgres;

namespace Hub.Host.Startup;

/// <summary>The database of this process: the one in <c>ConnectionStrings:Hub</c>, or a private one in the data directory.</summary>
internal sealed class HubDatabase : IAsyncDisposable
{
    private readonly IAsyncDisposable? embedded;

    private HubDatabase(string connectionString, IAsyncDisposable? embedded) => (ConnectionString, this.embedded) = (connectionString, embedded);

    public string ConnectionString { get; }

    /// <summary>Settles where the database is and writes it back into the configuration, for everything that reads it there.</summary>
    /// <param name="configuration">Read and completed.</param>
    /// <param name="say">Told what is done, for a person.</param>
    /// <param name="beside">For one-shot commands: work on the embedded database of a hub that is serving, if there is one.</param>
    /// <param name="ct">Gives up.</param>
    public static async Task<HubDatabase> Open(ConfigurationManager configuration, Action<string> say, bool beside, CancellationToken ct)
    {
        configuration["Hub:DataDirectory"] = Path.GetFullPath(configuration["Hub:DataDirectory"] ?? ".hub");
        if (configuration.GetConnectionString("Hub") is { Length: > 0 } outside)
            return new HubDatabase(outside, null);

        configuration["Hub:EmbeddedDatabase"] = "true";
        if (beside && EmbeddedPostgres.EmbeddedPostgres.FindServing(configuration["Hub:DataDirectory"]!) is { } serving)
        {
            configuration["ConnectionStrings:Hub"] = serving;
            return new HubDatabase(serving, null);
        }

        var embedded = await EmbeddedPostgres.EmbeddedPostgres.Start(new EmbeddedPostgresOptions(configuration["Hub:DataDirectory"]!), say, TimeProvider.System, ct);
        configuration["ConnectionStrings:Hub"] = embedded.ConnectionString;
        return new HubDatabase(embedded.ConnectionString, embedded);
    }

    public ValueTask DisposeAsync() => embedded?.DisposeAsync() ?? ValueTask.CompletedTask;
}
