using Hub.Host.Startup;
using MediatR;
using Npgsql;

namespace Hub.Host.CommandLine;

/// <summary>What a one-shot command works with: the database, and the product's services without listening.</summary>
internal sealed class CommandScope : IAsyncDisposable
{
    private readonly HubDatabase database;
    private readonly WebApplication app;
    private readonly AsyncServiceScope scope;

    private CommandScope(HubDatabase database, WebApplication app) => (this.database, this.app, scope) = (database, app, app.Services.CreateAsyncScope());

    public IMediator Mediator => scope.ServiceProvider.GetRequiredService<IMediator>();

    public NpgsqlDataSource Source => app.Services.GetRequiredService<NpgsqlDataSource>();

    public IConfiguration Configuration => app.Configuration;

    public static async Task<CommandScope> Open(CancellationToken ct)
    {
        var builder = HubHost.CreateBuilder([]);
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        var database = await HubDatabase.Open(builder.Configuration, Console.Error.WriteLine, beside: true, ct);
        return new CommandScope(database, HubHost.Build(builder));
    }

    public async ValueTask DisposeAsync()
    {
        await scope.DisposeAsync();
        await app.DisposeAsync();
        await database.DisposeAsync();
    }
}
