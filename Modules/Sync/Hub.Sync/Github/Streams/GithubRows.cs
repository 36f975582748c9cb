using Hub.Sync.Connectors;

namespace Hub.Sync.Github.Streams;

/// <summary>A page of GitHub's records with the work of storing it.</summary>
internal sealed class GithubRows(Func<IServiceProvider, CancellationToken, Task<PageCounts>> store, IDisposable? owned = null) : StreamPage
{
    public override Task<PageCounts> Store(IServiceProvider unit, CancellationToken ct) => store(unit, ct);

    public override void Dispose()
    {
        owned?.Dispose();
        base.Dispose();
    }
}
