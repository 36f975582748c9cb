using Hub.SharedKernel.Data;
using Hub.Sync.Connectors;
using Hub.Sync.Github.Api;
using Hub.Sync.Providers;
using Microsoft.Extensions.DependencyInjection;

namespace Hub.Sync.Github.Streams;

/// <summary>What every stream of one claim of a run works with.</summary>
internal sealed class GithubSession(StreamContext context, GithubGateway gateway, IServiceScopeFactory scopes)
{
    public StreamContext Context => context;

    public GithubApi Api { get; } = new(context.Connection, gateway);

    public DateTimeOffset Now => gateway.Now;

    public long Integration => context.Connection.Integration.Id;

    /// <summary>Reads the hub's own database, outside of any transaction of the run.</summary>
    public async Task<TResult> Ask<TService, TResult>(Func<TService, Task<TResult>> question) where TService : notnull
    {
        await using var scope = scopes.CreateAsyncScope();
        return await question(scope.ServiceProvider.GetRequiredService<TService>());
    }

    /// <exception cref="ProviderFailure">The repository itself was not read yet.</exception>
    public async Task<Repo> Repo(CancellationToken ct) =>
        await Ask<Db, Repo?>(db => db.First<Repo>(Streams.Repo.Select, new { integrationId = Integration }, ct))
        ?? throw new ProviderFailure("config", "The stream repository must be read before the others.", false);
}
