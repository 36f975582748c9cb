using Hub.SharedKernel.Data;
using Hub.SharedKernel.Problems;
using Hub.Sync.Jira.Writing;

namespace Hub.Sync.Tickets;

/// <summary>Takes requests for tickets: each becomes one creation, whoever repeats it finds that one, and whoever waits learns what became of it.</summary>
internal sealed class TicketRequests(Db db, TicketCreations creations, TicketSites sites, CreationDriver driver, TimeProvider time, TicketOptions options)
{
    private static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(100);

    /// <returns>The creation that this request began before; null when it is new.</returns>
    /// <exception cref="ConflictException">The key was used for something else.</exception>
    public async Task<Guid?> Known(RequestOrigin origin, CancellationToken ct)
    {
        if (origin.Key is null || await creations.OfRequest(origin.Key, ct) is not { } known)
            return null;
        if (!known.RequestHash.AsSpan().SequenceEqual(origin.Hash))
            throw new ConflictException("idempotency_mismatch", "This Idempotency-Key was used before with another request. Use a new key for a new request.");
        await creations.Renew(known.Id, ct);
        return known.Id;
    }

    /// <summary>Checks everything that can be checked, and writes down what will be sent. Nothing was sent yet.</summary>
    public async Task<Guid> Accept(RequestOrigin origin, JiraCalls jira, CreateTicket.Body body, CancellationToken ct)
    {
        var id = Guid.CreateVersion7(time.GetUtcNow());
        var draft = await sites.Answered(jira.Connection, () => NewIssue.Of(jira, body, ct), ct);
        var creation = new TicketCreation
        {
            Id = id,
            IntegrationId = jira.Connection.Integration.Id,
            ScopePath = jira.Connection.Integration.ScopePath,
            Marker = draft.TakesLabels ? CreationMarker.Of(id) : null,
            Fields = draft.Fields,
            RequestHash = origin.Hash,
            State = CreationState.Pending,
            CallerKeyId = origin.Caller.KeyId,
            CallerUserId = origin.Caller.UserId,
            CallerName = origin.Caller.Name,
        };
        if (await creations.Add(creation, origin.Key, ct))
            return id;
        return await Known(origin, ct) ?? throw new ConflictException("idempotency_in_progress", "Another request with this Idempotency-Key was faster. Try again.");
    }

    /// <summary>Works on the creation and waits for its end, for as long as a request may.</summary>
    /// <exception cref="UpstreamException">It was refused, it failed, or nobody knows yet.</exception>
    public async Task<Ticket> Outcome(Guid id, CancellationToken ct)
    {
        var until = time.GetUtcNow() + options.Answer;
        while (true)
        {
            // A step that began is ended even if the client leaves: a call that is broken off would leave its outcome unknown.
            var claimed = await creations.Claim(id, ct);
            if (claimed is not null)
                await driver.Step(claimed, CancellationToken.None);
            var now = await creations.Read(id, ct) ?? throw new ConflictException("integration_deleted", "The integration was deleted meanwhile.");
            if (now.TicketId is { } ticket)
                return await db.First<Ticket>(Select, new { ticket }, ct) ?? throw new ConflictException("integration_deleted", "The integration was deleted meanwhile.");
            if (now is { NextAt: null, Failed: { } failure })
                throw failure.ToException(id);
            if (time.GetUtcNow() >= until)
                throw Unknown(now);
            if (claimed is null || now.NextAt > time.GetUtcNow())
                await Task.Delay(Glance, time, ct);
        }
    }

    private static UpstreamException Unknown(TicketCreation creation) => new(504, "outcome_unknown",
        "Jira did not say in time what became of the issue. The hub goes on finding out and makes no second one: ask GET /tickets/creations/{creation_id}, "
        + "or repeat the request with the same Idempotency-Key.")
    {
        Extensions = new Dictionary<string, object?> { ["creation_id"] = creation.Id, ["key"] = creation.Key },
    };

    private const string Select = $"""
        select {Ticket.Columns} from sync.tickets where id = @ticket
        """;
}
