using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Hub.SharedKernel.Data;
using Hub.SharedKernel.Hashing;
using Hub.SharedKernel.Http;
using Hub.Sync.Changes;
using Hub.Sync.Tickets;

namespace Hub.Sync.Github.Streams;

/// <summary>A record of GitHub in the columns it is stored in; everything but what is ignored in JSON goes there by name.</summary>
internal abstract record RemoteRow
{
    /// <summary>Which record, within its repository and kind.</summary>
    [JsonIgnore]
    public abstract string Key { get; }

    /// <summary>What people call it.</summary>
    [JsonIgnore]
    public virtual string Label => Key;

    /// <summary>GitHub's record as it came, where it is kept. Lives as long as the document it is part of.</summary>
    [JsonIgnore]
    public JsonElement Source { get; init; }
}

/// <summary>How records of a kind are stored.</summary>
/// <param name="RecordType">Their name in the feed of changes.</param>
/// <param name="ReadHashes">By <c>@integrationId</c>, <c>@repositoryId</c>, <c>@keys</c>: key, content_hash, hash_version, deleted, state.</param>
/// <param name="Upsert">From <c>@rows</c>, <c>@hashes</c>, <c>@raws</c>; returns id, key, inserted, version.</param>
/// <param name="Volatile">Columns that change without meaning anything.</param>
internal sealed record RowTable(string RecordType, string ReadHashes, string Upsert, params string[] Volatile)
{
    public IReadOnlySet<string> Ignored { get; } = Volatile.ToHashSet(StringComparer.Ordinal);
}

/// <summary>A record that was written.</summary>
/// <param name="Row">As it is now.</param>
/// <param name="Id">The hub's id.</param>
/// <param name="Created">It is new, or was deleted before.</param>
/// <param name="Before">Its state before, where the kind has states.</param>
internal sealed record RowChange<T>(T Row, long Id, bool Created, string? Before);

/// <param name="Changes">What was written.</param>
/// <param name="Unchanged">How many records were already here.</param>
internal sealed record RowOutcome<T>(IReadOnlyList<RowChange<T>> Changes, int Unchanged)
{
    public int Created => Changes.Count(change => change.Created);

    public int Updated => Changes.Count - Created;
}

/// <summary>
/// Stores a page of records with three statements, however many they are: the hashes are read first, only records that differ are sent, and what changed is
/// appended to the feed. Which table is a matter of its <see cref="RowTable"/>.
/// </summary>
internal sealed class RowWriter(Db db, ChangeFeed feed, TimeProvider time)
{
    /// <summary>Goes up when any kind gets other columns: rows with an older one are written again when they are next met.</summary>
    private const int HashVersion = 1;

    public async Task<RowOutcome<T>> Write<T>(RowTable table, Repo repo, IReadOnlyList<T> records, CancellationToken ct) where T : RemoteRow
    {
        // Twice on a page: it moved while the page was made, and the later one counts. In order of keys, so that two writers never wait crosswise.
        var rows = records.GroupBy(row => row.Key, StringComparer.Ordinal).Select(same => same.Last())
            .OrderBy(row => row.Key, StringComparer.Ordinal).ToArray();
        if (rows.Length == 0)
            return new RowOutcome<T>([], 0);
        var keys = rows.Select(row => row.Key).ToArray();
        var stored = (await db.List<Stored>(table.ReadHashes, new { repo.IntegrationId, repo.RepositoryId, keys }, ct))
            .ToDictionary(row => row.Key, StringComparer.Ordinal);
        var planned = rows.Select(row => Plan(row, table)).Where(plan => !stored.TryGetValue(plan.Row.Key, out var known) || known.Differs(plan.Hash)).ToArray();
        if (planned.Length == 0)
            return new RowOutcome<T>([], rows.Length);
        var written = await db.List<Written>(table.Upsert, new
        {
            repo.IntegrationId,
            scopeId = repo.ScopePath[^1],
            repo.ScopePath,
            repo.RepositoryId,
            hashVersion = HashVersion,
            now = time.GetUtcNow(),
            rows = JsonSerializer.SerializeToElement(planned.Select(plan => plan.Columns), HubJson.Options),
            hashes = planned.Select(plan => plan.Hash).ToArray(),
            raws = planned.Select(plan => RawRecord.Write(plan.Row.Source)).ToArray(),
        }, ct);
        var byKey = planned.ToDictionary(plan => plan.Row.Key, plan => plan.Row, StringComparer.Ordinal);
        var changes = written.OrderBy(row => row.Id)
            .Select(row => new RowChange<T>(
                byKey[row.Key], row.Id, row.Inserted || stored.GetValueOrDefault(row.Key) is { Deleted: true }, stored.GetValueOrDefault(row.Key)?.State))
            .ToArray();
        var versions = written.ToDictionary(row => row.Id, row => row.Version);
        await Append(table, repo, changes.Select(change =>
            Change(change.Id, change.Row.Label, change.Created ? RecordChangeKind.Created : RecordChangeKind.Updated, versions[change.Id])), ct);
        return new RowOutcome<T>(changes, rows.Length - changes.Length);
    }

    /// <summary>Marks records as deleted, and says so in the feed.</summary>
    /// <param name="table">Whose records.</param>
    /// <param name="repo">Of this repository.</param>
    /// <param name="sql">Returns id, key, version of what it marked.</param>
    /// <param name="parameters">Of the statement.</param>
    /// <param name="ct">Cancels it.</param>
    /// <returns>How many.</returns>
    public async Task<int> Delete(RowTable table, Repo repo, string sql, object parameters, CancellationToken ct)
    {
        var gone = await db.List<Gone>(sql, parameters, ct);
        await Append(table, repo, gone.Select(row => Change(row.Id, row.Key, RecordChangeKind.Deleted, row.Version)), ct);
        return gone.Count;
    }

    private Task Append(RowTable table, Repo repo, IEnumerable<RecordChange> changes, CancellationToken ct) =>
        feed.Append(repo.IntegrationId, repo.ScopePath, table.RecordType, [.. changes], ct);

    private static RecordChange Change(long id, string label, RecordChangeKind kind, long version) =>
        new(id.ToString(CultureInfo.InvariantCulture), label, kind, version);

    private static (T Row, JsonElement Columns, byte[] Hash) Plan<T>(T row, RowTable table) where T : RemoteRow
    {
        var columns = JsonSerializer.SerializeToElement(row, row.GetType(), HubJson.Options);
        return (row, columns, ContentHash.Of(columns, table.Ignored));
    }

    private sealed record Stored(string Key, byte[] ContentHash, int HashVersion, bool Deleted, string? State)
    {
        public bool Differs(byte[] hash) => Deleted || HashVersion != RowWriter.HashVersion || !hash.AsSpan().SequenceEqual(ContentHash);
    }

    private sealed record Written(long Id, string Key, bool Inserted, long Version);

    private sealed record Gone(long Id, string Key, long Version);
}
