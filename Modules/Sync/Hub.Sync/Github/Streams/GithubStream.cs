using System.Text.Json;
using Hub.Sync.Connectors;
using Hub.Sync.Providers;
using Microsoft.Extensions.DependencyInjection;

namespace Hub.Sync.Github.Streams;

/// <summary>
/// A kind of GitHub's records. It is planned with its first page, when the streams before it are stored. A kind that the credential may not read, or that
/// the repository has switched off, ends with a remark and deletes nothing; the others go on.
/// </summary>
internal abstract class GithubStream<T>(string name, GithubSession session) : IStream where T : WalkState, new()
{
    protected string Name => name;

    protected GithubSession Session => session;

    /// <summary>Whether the run can go on without it.</summary>
    protected virtual bool Optional => true;

    public Task<JsonElement> Begin(CancellationToken ct) => Task.FromResult(new T().ToJson());

    public async Task<StreamPage> Fetch(JsonElement state, CancellationToken ct)
    {
        var walk = WalkState.Read<T>(state);
        var repo = await session.Repo(ct);
        try
        {
            if (walk.Repository != repo.RepositoryId)
            {
                // Also when a checkpoint is of another repository than the settings say by now.
                walk = new T { Repository = repo.RepositoryId };
                var known = await session.Ask<GithubStates, JsonElement?>(states => states.Find(repo, name, ct));
                walk.First = known is null;
                Plan(walk, repo, known);
            }

            return await Read(walk, repo, ct);
        }
        catch (ProviderFailure refused) when (Optional && refused.Reason is "permission" or "not_found")
        {
            walk.Doubt = $"{name} could not be read: {refused.Message}";
            return Page(walk, last: true, (_, _) => Task.FromResult(new PageCounts()));
        }
    }

    public virtual Task<StreamEnd> Settle(JsonElement state, IServiceProvider unit, CancellationToken ct) =>
        Task.FromResult(new StreamEnd(Remark: WalkState.Read<T>(state).Doubt));

    /// <param name="walk">Empty, to be filled.</param>
    /// <param name="repo">What is walked.</param>
    /// <param name="known">What the last complete walk left with <see cref="Save"/>.</param>
    protected virtual void Plan(T walk, Repo repo, JsonElement? known) { }

    protected abstract Task<StreamPage> Read(T walk, Repo repo, CancellationToken ct);

    protected static StreamPage Page(
        T walk, bool last, Func<IServiceProvider, CancellationToken, Task<PageCounts>> store, IDisposable? owned = null, double? progress = null) =>
        new GithubRows(store, owned) { State = walk.ToJson(), Last = last, Progress = progress };

    /// <summary>Leaves word for the next run, in the transaction of the last page.</summary>
    protected Task Save(Repo repo, object state, IServiceProvider unit, CancellationToken ct) =>
        unit.GetRequiredService<GithubStates>().Save(repo, name, JsonSerializer.SerializeToElement(state), ct);
}
