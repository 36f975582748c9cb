using System.Text.Json.Nodes;
using Hub.Integrations.Contracts;
using Hub.SharedKernel.Access;
using Hub.SharedKernel.Auditing;
using Hub.SharedKernel.Data;
using Hub.SharedKernel.Secrets;
using MediatR;
using Microsoft.Extensions.Configuration;

namespace Hub.Integrations.Secrets;

/// <summary>
/// One batch of the running rotation. The rotation's row and the rows of the batch are locked for the transaction, so that one process works at a time,
/// a crash loses no more than a batch, and nobody's edit is overwritten: rows that somebody else is changing are passed over until the next pass.
/// </summary>
internal sealed class ContinueRotation(
    Db db, LiveKeyRing ring, SecretProtector protector, IEnumerable<ISealedRows> stores, Audit audit, IConfiguration configuration)
    : IRequestHandler<ContinueSecretRotation, int>
{
    private static readonly TimeSpan Kept = TimeSpan.FromHours(48);
    private readonly ISealedRows[] stores = [.. stores];

    private int Batch => Math.Clamp(configuration.GetValue("Hub:Secrets:RotationBatch", 200), 1, 10_000);

    public async Task<int> Handle(ContinueSecretRotation request, CancellationToken cancellationToken)
    {
        await using var tx = await db.Begin(cancellationToken);
        if (await db.First<RotationRow>(Take, null, cancellationToken) is not { } row)
            return 0;
        row = AtCurrentKey(row);
        if (row.Store >= stores.Length)
            return await EndPass(row, tx, cancellationToken);

        var store = stores[row.Store];
        var rows = await store.Read(SealedText.PrefixOf(row.KeyId), row.Cursor, Batch, locked: true, cancellationToken);
        var (done, unreadable) = (0, 0);
        var changed = new List<SealedRow>(rows.Count);
        foreach (var stale in rows)
        {
            var fresh = Reseal(stale, SealedText.PrefixOf(row.KeyId), ref done, ref unreadable);
            if (fresh is not null)
                changed.Add(fresh);
        }

        await store.Replace(changed, cancellationToken);
        row = row.Counted(store.Name, done, unreadable);
        row = rows.Count == Batch ? row with { Cursor = rows[^1].Key } : row with { Store = row.Store + 1, Cursor = null };
        await db.Execute(Save, row, cancellationToken);
        await tx.Commit(cancellationToken);
        return Math.Max(1, rows.Count);
    }

    // Also when a newer key was made meanwhile: then that one counts, from the start.
    private RotationRow AtCurrentKey(RotationRow row)
    {
        if (ring.Current == row.KeyId)
            return row;
        ring.Forget();
        var current = ring.Current;
        return current == row.KeyId ? row : row.NextPass() with { KeyId = current };
    }

    private SealedRow? Reseal(SealedRow row, string prefix, ref int done, ref int unreadable)
    {
        var fresh = new JsonObject();
        var before = done;
        foreach (var (field, node) in row.Secrets)
        {
            var stored = node is JsonValue value && value.TryGetValue<string>(out var text) ? text : "";
            if (stored.StartsWith(prefix, StringComparison.Ordinal))
                fresh[field] = stored;
            else if (protector.TryUnprotect(row.Owner, field, stored) is { } plain)
                (fresh[field], done) = (protector.Protect(row.Owner, field, plain), done + 1);
            else
                (fresh[field], unreadable) = (node?.DeepClone(), unreadable + 1);
        }

        return done > before ? row with { Secrets = fresh } : null;
    }

    /// <returns>1 when another pass follows at once or it is through; 0 when it waits for rows that others hold.</returns>
    private async Task<int> EndPass(RotationRow row, UnitOfWork tx, CancellationToken ct)
    {
        var prefix = SealedText.PrefixOf(row.KeyId);
        var left = -row.ByStore.Values.Sum(store => store.Unreadable);
        foreach (var store in stores)
            left += (await store.Count(ct)).Where(count => count.Prefix != prefix).Sum(count => count.Secrets);
        if (left == 0)
        {
            await db.Execute(Complete, new { row.Id, row.KeyId, keep = Kept }, ct);
            await audit.Record("secrets.rotation_completed", "secret_rotation", row.Id, [Caller.PlatformScope], Summary(row), ct);
        }
        else
        {
            await db.Execute(Save, row.NextPass(), ct);
        }

        await tx.Commit(ct);
        return left == 0 ? 1 : 0;
    }

    private static JsonObject Summary(RotationRow row)
    {
        var shown = row.Shown();
        return new JsonObject { ["key_id"] = row.KeyId.ToString(), ["done"] = shown.Done, ["unreadable"] = shown.Unreadable };
    }

    private const string Take = $"""
        select {RotationRow.Columns} from integrations.secret_rotations
        where state = 'running'
        for no key update skip locked
        """;

    private const string Save = """
        update integrations.secret_rotations
        set key_id = @KeyId, stores = @Stores, pass = @Pass, store = @Store, cursor = @Cursor, updated_at = now()
        where id = @Id
        """;

    private const string Complete = """
        update integrations.secret_rotations
        set state = 'completed', key_id = @keyId, completed_at = now(), updated_at = now(), archive_at = now() + @keep
        where id = @id
        """;
}
