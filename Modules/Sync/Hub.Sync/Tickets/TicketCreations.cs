using Hub.SharedKernel.Data;

namespace Hub.Sync.Tickets;

/// <summary>The creation is in somebody else's hands by now, or gone with its integration: nothing more may be written.</summary>
internal sealed class CreationLost() : Exception("The creation was taken over or deleted.");

/// <summary>Creations as rows: accepted once per request, claimed by one process at a time, written only by whoever holds them.</summary>
internal sealed class TicketCreations(Db db, TimeProvider time)
{
    public const string Due = "sync_ticket_creation_due";

    // Longer than all calls of one step together: a creation is not taken from whoever is still at it.
    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(2);

    // As long as the key of a request is remembered elsewhere.
    private static readonly TimeSpan KeyLife = TimeSpan.FromHours(24);

    public Task<TicketCreation?> OfRequest(byte[] requestKey, CancellationToken ct) =>
        db.First<TicketCreation>(SelectRequest, new { requestKey, since = time.GetUtcNow() - KeyLife }, ct);

    public Task<TicketCreation?> Read(Guid id, CancellationToken ct) => db.First<TicketCreation>(Select, new { id }, ct);

    /// <returns>False when another request with this key was faster.</returns>
    public async Task<bool> Add(TicketCreation creation, byte[]? requestKey, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        await using var tx = await db.Begin(ct);
        await db.Execute(FreeKey, new { requestKey, since = now - KeyLife }, ct);
        var added = await db.Execute(Insert, new
        {
            creation.Id,
            creation.IntegrationId,
            creation.ScopePath,
            creation.Marker,
            creation.Fields,
            requestKey,
            creation.RequestHash,
            creation.CallerKeyId,
            creation.CallerUserId,
            creation.CallerName,
            now,
        }, ct);
        await tx.Commit(ct);
        return added == 1;
    }

    /// <summary>Takes up again what failed for a passing reason and was surely not made.</summary>
    public Task Renew(Guid id, CancellationToken ct) => db.Execute(Reopen, new { id, now = time.GetUtcNow() }, ct);

    /// <param name="id">This one, if it is due; null takes the one that is due longest.</param>
    /// <param name="ct">Cancels it.</param>
    public Task<TicketCreation?> Claim(Guid? id, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        return db.First<TicketCreation>(Take, new { id, now, until = now + Lease }, ct);
    }

    /// <summary>Writes how far it is.</summary>
    /// <param name="creation">As it is now, under the claim it came from.</param>
    /// <param name="hold">Keeps the claim; otherwise it is given back.</param>
    /// <param name="ct">Cancels the write.</param>
    /// <exception cref="CreationLost">Nothing was written.</exception>
    public async Task<TicketCreation> Save(TicketCreation creation, bool hold, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        var written = await db.Execute(Update, new
        {
            creation.Id,
            creation.LeaseToken,
            state = creation.State.ToString().ToLowerInvariant(),
            creation.Attempts,
            creation.Looks,
            creation.SentAt,
            creation.ExternalId,
            creation.Key,
            creation.TicketId,
            failure = creation.Failure ?? default,
            creation.NextAt,
            until = hold ? now + Lease : (DateTimeOffset?)null,
            now,
        }, ct);
        return written == 1 ? creation : throw new CreationLost();
    }

    /// <summary>Drops what was settled long ago.</summary>
    public Task<int> Prune(TimeSpan age, CancellationToken ct) => db.Execute(DeleteOld, new { before = time.GetUtcNow() - age }, ct);

    private const string SelectRequest = $"""
        select {TicketCreation.Columns} from sync.ticket_creations where request_key = @requestKey and created_at >= @since
        """;

    private const string Select = $"""
        select {TicketCreation.Columns} from sync.ticket_creations where id = @id
        """;

    private const string FreeKey = """
        update sync.ticket_creations set request_key = null where request_key = @requestKey and created_at < @since
        """;

    private const string Insert = """
        insert into sync.ticket_creations (
            id, integration_id, scope_path, marker, fields, request_key, request_hash, state, next_at, caller_key_id, caller_user_id, caller_name,
            created_at, updated_at)
        values (@id, @integrationId, @scopePath, @marker, @fields, @requestKey, @requestHash, 'pending', @now, @callerKeyId, @callerUserId, @callerName,
            @now, @now)
        on conflict (request_key) where request_key is not null do nothing
        """;

    private const string Reopen = """
        update sync.ticket_creations
        set state = 'pending', attempts = 0, failure = null, next_at = @now, updated_at = @now
        where id = @id and state = 'refused' and (failure ->> 'passing')::boolean
        """;

    private const string Take = $"""
        with next as (
            select id as found
            from sync.ticket_creations
            where next_at <= @now and (lease_until is null or lease_until < @now) and (@id::uuid is null or id = @id)
            order by next_at
            limit 1
            for update skip locked
        )
        update sync.ticket_creations set lease_until = @until, lease_token = lease_token + 1
        from next
        where id = next.found
        returning {TicketCreation.Columns}
        """;

    private const string Update = """
        update sync.ticket_creations
        set state = @state, attempts = @attempts, looks = @looks, sent_at = @sentAt, external_id = @externalId, key = @key, ticket_id = @ticketId,
            failure = @failure, next_at = @nextAt, lease_until = @until, updated_at = @now
        where id = @id and lease_token = @leaseToken
        """;

    private const string DeleteOld = """
        delete from sync.ticket_creations where next_at is null and updated_at < @before
        """;
}
