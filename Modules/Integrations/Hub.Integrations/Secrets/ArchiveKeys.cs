using Hub.SharedKernel.Data;
using Hub.SharedKernel.Secrets;
using Microsoft.Extensions.Logging;

namespace Hub.Integrations.Secrets;

/// <summary>
/// Takes keys that a rotation replaced out of the ring once nothing can be using them: 48 hours after the rotation, because kept answers of repeated requests
/// live for 24, and only if no stored secret is encrypted with them. They stay in the table, for backups.
/// </summary>
internal sealed class ArchiveKeys(Db db, LiveKeyRing ring, IEnumerable<ISealedRows> stores, ILogger<ArchiveKeys> log)
{
    private sealed record OldKey(long Id, string FriendlyName);

    public async Task<int> Run(CancellationToken ct)
    {
        await using var tx = await db.Begin(ct);
        if (await db.First<DateTimeOffset?>(Claim, null, ct) is not { } startedAt)
            return 0;
        var used = new HashSet<string>(StringComparer.Ordinal);
        foreach (var store in stores)
            used.UnionWith((await store.Count(ct)).Select(count => count.Prefix));
        var current = ring.Current;
        var old = await db.List<OldKey>(SelectOld, new { before = startedAt }, ct);
        var unused = old.Where(key => IdOf(key) is { } id && id != current && !used.Contains(SealedText.PrefixOf(id))).Select(key => key.Id).ToArray();
        await db.Execute(Archive, new { ids = unused }, ct);
        await tx.Commit(ct);
        if (unused.Length > 0)
            log.LogInformation("Archived {Keys} keys that no secret is encrypted with any more", unused.Length);
        return unused.Length;
    }

    private static Guid? IdOf(OldKey key) => Guid.TryParse(key.FriendlyName.AsSpan(key.FriendlyName.IndexOf('-') + 1), out var id) ? id : null;

    // Those still in use are looked at again a day later.
    private const string Claim = """
        update integrations.secret_rotations r set archive_at = now() + interval '1 day'
        where r.archive_at <= now() and r.id = (select max(id) from integrations.secret_rotations)
          and exists (select from integrations.data_protection_keys k where k.archived_at is null and k.lost_at is null and k.created_at < r.started_at)
        returning r.started_at
        """;

    private const string SelectOld = """
        select id, friendly_name from integrations.data_protection_keys
        where archived_at is null and lost_at is null and created_at < @before
        """;

    private const string Archive = """
        with told as (select pg_notify('integrations_key_ring', ''))
        update integrations.data_protection_keys set archived_at = now()
        from told
        where id = any(@ids)
        """;
}
