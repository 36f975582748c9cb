using System.Text.Json;
using Hub.SharedKernel.Data;

namespace Hub.SharedKernel.Idempotency;

internal sealed record IdempotencyRecord(byte[] RequestHash, int? Status, JsonElement Headers, byte[]? Body);

/// <summary>Kept answers. A row without status is a request under way; after its lock ran out (the process died) the key is free again.</summary>
internal sealed class IdempotencyStore(Db db)
{
    public async Task<bool> TryBegin(long owner, string key, byte[] hash, CancellationToken ct) =>
        await db.First<int?>("""
            insert into kernel.idempotency_keys as k (caller_key_id, key, request_hash, locked_until)
            values (@owner, @key, @hash, now() + interval '2 minutes')
            on conflict (caller_key_id, key) do update
                set request_hash = excluded.request_hash, locked_until = excluded.locked_until, created_at = now(), status = null, headers = null, body = null
                where k.created_at < now() - interval '24 hours' or (k.status is null and k.locked_until < now())
            returning 1
            """, new { owner, key, hash }, ct) is not null;

    public Task<IdempotencyRecord?> Find(long owner, string key, CancellationToken ct) =>
        db.First<IdempotencyRecord>("""
            select request_hash, status, coalesce(headers, '{}'::jsonb) as headers, body
            from kernel.idempotency_keys where caller_key_id = @owner and key = @key
            """, new { owner, key }, ct);

    public Task Keep(long owner, string key, int status, JsonElement headers, byte[] body) =>
        db.Execute("""
            update kernel.idempotency_keys set status = @status, headers = @headers, body = @body
            where caller_key_id = @owner and key = @key
            """, new { owner, key, status, headers, body }, CancellationToken.None);

    public Task Forget(long owner, string key) =>
        db.Execute("delete from kernel.idempotency_keys where caller_key_id = @owner and key = @key", new { owner, key }, CancellationToken.None);
}
