using System.Text.Json;
using Hub.Integrations.Contracts;
using Hub.Integrations.Integrations;

namespace Hub.Integrations.Secrets;

/// <summary>A rotation as it is stored. It goes over the tables in passes until a pass finds nothing left that can be opened.</summary>
/// <param name="Pass">Which pass; rows that somebody else had locked, or wrote with the old key meanwhile, are met in the next one.</param>
/// <param name="Store">Index of the table the pass is at.</param>
/// <param name="Cursor">Key of the last row looked at.</param>
internal sealed record RotationRow(
    long Id, string State, Guid KeyId, string RequestedBy, long Total, JsonElement Stores, int Pass, int Store, string? Cursor, DateTimeOffset StartedAt,
    DateTimeOffset? CompletedAt)
{
    public const string Running = "running";
    public const string Columns = "id, state, key_id, requested_by, total, stores, pass, store, cursor, started_at, completed_at";

    public IReadOnlyDictionary<string, SecretRotationStore> ByStore => Stores.Deserialize<Dictionary<string, SecretRotationStore>>(StoredJson.Options)!;

    public SecretRotation Shown()
    {
        var stores = ByStore;
        var (done, unreadable) = (stores.Values.Sum(store => store.Done), stores.Values.Sum(store => store.Unreadable));
        return new SecretRotation(Id, State, KeyId, Math.Max(Total, done + unreadable), done, unreadable, stores, RequestedBy, StartedAt, CompletedAt);
    }

    /// <summary>A pass from the start; what no key opens is counted anew in each.</summary>
    public RotationRow NextPass() => this with { Pass = Pass + 1, Store = 0, Cursor = null, Stores = Json(Counts(ByStore, _ => 0)) };

    public RotationRow Counted(string store, int done, int unreadable)
    {
        var counts = Counts(ByStore, old => old.Unreadable);
        var before = counts.GetValueOrDefault(store) ?? new SecretRotationStore(0, 0);
        counts[store] = new SecretRotationStore(before.Done + done, before.Unreadable + unreadable);
        return this with { Stores = Json(counts) };
    }

    private static Dictionary<string, SecretRotationStore> Counts(
        IReadOnlyDictionary<string, SecretRotationStore> stores, Func<SecretRotationStore, long> unreadable) =>
        stores.ToDictionary(pair => pair.Key, pair => pair.Value with { Unreadable = unreadable(pair.Value) }, StringComparer.Ordinal);

    private static JsonElement Json(Dictionary<string, SecretRotationStore> stores) => JsonSerializer.SerializeToElement(stores, StoredJson.Options);
}
