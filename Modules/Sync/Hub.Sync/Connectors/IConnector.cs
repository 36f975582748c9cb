using System.Text.Json;
using Hub.Integrations.Contracts;
using Hub.Sync.Providers;
using Hub.Sync.Runs;

namespace Hub.Sync.Connectors;

/// <summary>Knows one type of integration: which streams it has and how they are read.</summary>
internal interface IConnector
{
    /// <summary>The integration type, such as <c>jira</c>.</summary>
    string IntegrationType { get; }

    /// <summary>The streams that an integration has switched on, in the order in which they are read.</summary>
    IReadOnlyList<string> Streams(Connection connection);

    /// <summary>What a run that just begins reads of the streams that it was started for; a connector may add one of its own.</summary>
    Task<IReadOnlyList<string>> Choose(ClaimedRun run, Connection connection, IReadOnlyList<string> streams, CancellationToken ct) => Task.FromResult(streams);

    /// <summary>Whether a full run reads all of a stream, and not only what belongs to records that changed: only then is it odd that it reads nothing.</summary>
    bool ReadsAll(string stream) => true;

    /// <summary>A stream for one claim of a run; it holds nothing that a checkpoint would need.</summary>
    IStream Open(string stream, StreamContext context);
}

/// <param name="Connection">The integration with its credentials.</param>
/// <param name="Run">The claimed run.</param>
internal sealed record StreamContext(Connection Connection, ClaimedRun Run)
{
    /// <summary>A walk over everything, from which its end tells what is gone; otherwise what changed.</summary>
    public bool Full => Run.SyncType is SyncType.Full;
}

/// <summary>
/// Records of one kind, read page by page. Its state is JSON and all that a checkpoint keeps: where to go on, what was seen, what is doubtful. Any
/// process can go on from it. Calls to the provider happen in <see cref="Begin"/>, <see cref="Fetch"/> and <see cref="Confirm"/>, writes in <see cref="StreamPage.Store"/>
/// and <see cref="Settle"/>, which run inside the fenced transaction of the run.
/// </summary>
internal interface IStream
{
    /// <summary>Plans the walk, once per run.</summary>
    /// <exception cref="ProviderFailure">It cannot be planned.</exception>
    Task<JsonElement> Begin(CancellationToken ct);

    /// <summary>The next page. May be asked for while the one before is still being stored, with the state which that one leads to.</summary>
    /// <exception cref="ProviderFailure">The page cannot be had.</exception>
    Task<StreamPage> Fetch(JsonElement state, CancellationToken ct);

    /// <summary>
    /// After the last page of all streams is stored: the calls that it takes to believe what was read, such as whether the account is still known.
    /// </summary>
    /// <returns>The state to settle with.</returns>
    /// <exception cref="ProviderFailure">It cannot be told now.</exception>
    Task<JsonElement> Confirm(JsonElement state, CancellationToken ct) => Task.FromResult(state);

    /// <summary>What follows from having read everything, such as deletions.</summary>
    /// <param name="state">The confirmed state.</param>
    /// <param name="unit">Services of the transaction.</param>
    /// <param name="ct">Cancels it.</param>
    Task<StreamEnd> Settle(JsonElement state, IServiceProvider unit, CancellationToken ct);
}

/// <summary>One page that was fetched and is to be stored. Owns the document that its records are part of.</summary>
internal abstract class StreamPage : IDisposable
{
    /// <summary>The stream's state once this page is stored.</summary>
    public required JsonElement State { get; init; }

    /// <summary>Nothing comes after this page.</summary>
    public required bool Last { get; init; }

    /// <summary>Share of the stream that is read after this page, 0-1, where the provider tells how much there is.</summary>
    public double? Progress { get; init; }

    /// <summary>How long the provider took for its last answer, in milliseconds.</summary>
    public double LatencyMs { get; init; }

    /// <summary>Writes the page with a number of statements that does not depend on its size.</summary>
    public abstract Task<PageCounts> Store(IServiceProvider unit, CancellationToken ct);

    public virtual void Dispose() { }
}

/// <summary>What became of the records of a page.</summary>
internal readonly record struct PageCounts(int Created, int Updated, int Unchanged, int Deleted = 0, int Failed = 0)
{
    /// <summary>Records read.</summary>
    public int Processed => Created + Updated + Unchanged + Failed;
}

/// <summary>How a stream ended.</summary>
/// <param name="Deleted">Records that were marked as deleted.</param>
/// <param name="Remark">What a person should know of it; null when all is well.</param>
/// <param name="Quarantine">Deletions that need a person's approval; nothing was deleted then.</param>
internal sealed record StreamEnd(int Deleted = 0, string? Remark = null, HeldDeletions? Quarantine = null);

/// <param name="WouldDelete">How many records would be deleted.</param>
/// <param name="Stored">How many there are.</param>
/// <param name="Sample">Keys of some that would go.</param>
/// <param name="SiteKey">The site that was walked.</param>
/// <param name="Began">The hub's clock when the walk began.</param>
internal sealed record HeldDeletions(long WouldDelete, long Stored, IReadOnlyList<string> Sample, long SiteKey, DateTimeOffset Began);
