using System.Collections.Concurrent;
using Hub.Integrations.Contracts;
using Hub.SharedKernel.Budgets;
using Hub.SharedKernel.Outbound;
using Hub.Sync.Providers;
using MediatR;
using Microsoft.Extensions.DependencyInjection;

namespace Hub.Sync.Github.Api;

/// <summary>What all integrations that reach GitHub share: the way out, one queue per credential, and the answers that are kept.</summary>
internal sealed class GithubGateway(BudgetedHttp http, IServiceScopeFactory scopes, TimeProvider time)
{
    private readonly ConcurrentDictionary<string, SemaphoreSlim> queues = new(StringComparer.Ordinal);

    public DateTimeOffset Now => time.GetUtcNow();

    /// <summary>Makes one call, after those that were asked for before with the same credential: GitHub takes parallel calls for abuse.</summary>
    /// <exception cref="ProviderFailure">There is no answer.</exception>
    public async Task<OutboundResponse> Send(OutboundRequest request, Connection connection, CancellationToken ct)
    {
        var queue = queues.GetOrAdd(connection.Credential, _ => new SemaphoreSlim(1));
        await queue.WaitAsync(ct);
        try
        {
            return await http.Send(connection, Urgency.Background, request, ct);
        }
        catch (OutboundException failure)
        {
            throw GithubAnswer.Failure(failure);
        }
        finally
        {
            queue.Release();
        }
    }

    /// <returns>The same integration with another token; null when there is none.</returns>
    public async Task<Connection?> Renew(Connection refused, CancellationToken ct)
    {
        if (refused.Integration.Type != "github_app")
            return null;
        await using var scope = scopes.CreateAsyncScope();
        var fresh = await scope.ServiceProvider.GetRequiredService<IMediator>().Send(new AskConnection(refused.Integration.Id), ct);
        return fresh is { Problem: null } && fresh.Headers.GetValueOrDefault("Authorization") != refused.Headers.GetValueOrDefault("Authorization") ? fresh : null;
    }

    public async Task<T> Cached<T>(Func<HttpCache, Task<T>> work)
    {
        await using var scope = scopes.CreateAsyncScope();
        return await work(scope.ServiceProvider.GetRequiredService<HttpCache>());
    }

    public async Task Cached(Func<HttpCache, Task> work)
    {
        await using var scope = scopes.CreateAsyncScope();
        await work(scope.ServiceProvider.GetRequiredService<HttpCache>());
    }
}
