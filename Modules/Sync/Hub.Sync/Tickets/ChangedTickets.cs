using System.Text.Json;
using Hub.SharedKernel.Access;
using Hub.SharedKernel.Auditing;
using Hub.SharedKernel.Data;
using Hub.SharedKernel.Http;
using Hub.SharedKernel.Problems;
using Hub.Sync.Jira;
using Hub.Sync.Jira.Mapping;
using Hub.Sync.Jira.Writing;
using Hub.Sync.Providers;

namespace Hub.Sync.Tickets;

/// <summary>A ticket that is about to be changed: as it is stored, and as it is at the third party.</summary>
internal sealed record HeldTicket(Ticket Stored, JsonElement Issue, RemoteTicket Now);

/// <summary>Changes tickets at the third party and stores what they became. Nothing is held in the database meanwhile.</summary>
internal sealed class ChangedTickets(Db db, Caller caller, TicketSites sites, TicketEvents events, OwnWrites own, Audit audit, TimeProvider time)
{
    /// <exception cref="NotFoundException">The caller does not see it.</exception>
    /// <exception cref="PreconditionFailedException">The caller saw another version.</exception>
    public async Task<Ticket> Require(long id, IfMatch ifMatch, CancellationToken ct)
    {
        var ticket = await db.First<Ticket>(Select, new { id, scope = caller.ScopeId }, ct) ?? throw NotFoundException.Of("ticket", id);
        ifMatch.Require(ticket.Version);
        return ticket.DeletedAt is null ? ticket : throw new ConflictException("ticket_deleted", "The ticket is deleted at the third party.");
    }

    /// <summary>Reads the issue as it is now.</summary>
    /// <exception cref="ConflictException"><c>remote_changed</c>: it is not what is stored; the newer state is stored by then.</exception>
    public async Task<HeldTicket> Current(Ticket stored, JiraCalls jira, CancellationToken ct)
    {
        if (await Read(stored, jira, ct) is not { } issue)
            throw Changed(stored, null, "The issue is gone, or this account may no longer see it.");
        var now = JiraIssue.Read(issue, jira.Site, FieldMappings.Of(jira.Connection)) ?? throw new UpstreamException(502, "upstream_failed", "Jira's answer is no issue.");
        await using var tx = await db.Begin(ct);
        var source = new TicketSource(stored.IntegrationId, jira.Connection.Integration.ScopePath, jira.Connection.SiteKey(), ByWalk: false, time.GetUtcNow(), By: "hub");
        var held = await events.Hold(source, now.ExternalId, ct)
            ?? throw new ConflictException("site_changed", "The integration was pointed at another site since this ticket was stored.");
        if (now.RemoteUpdatedAt <= held.RemoteUpdatedAt || OwnWrites.Alike(held, now))
            return new HeldTicket(stored, issue, now);
        var newer = await own.Store(jira, issue, ct);
        await tx.Commit(ct);
        throw Changed(stored, newer, "The ticket was changed at the third party since it was stored. The newer state is stored now: look at it and repeat the change.");
    }

    /// <exception cref="UpstreamException">It was not done, or not all of it: <c>applied</c> names what was.</exception>
    public async Task<Ticket> Change(HeldTicket held, JiraCalls jira, ChangeTicket.Body body, CancellationToken ct)
    {
        var plan = await sites.Answered(jira.Connection, () => new ChangePlanner(jira, held.Issue, held.Now).Plan(body, ct), ct);
        if (plan.IsEmpty)
            return held.Stored;
        var change = new IssueChange(new IssueWrites(jira), held.Now.ExternalId, held.Now.RemoteUpdatedAt);
        Exception? failed = null;
        try
        {
            // Begun is begun: a client that leaves must not leave half of a change unrecorded.
            await change.Apply(plan, CancellationToken.None);
        }
        catch (Exception stopped) when (stopped is JiraRefusal or ProviderFailure or OutcomeUnknown)
        {
            failed = stopped;
        }

        return await Settle(held, jira, change.Applied, failed);
    }

    private async Task<Ticket> Settle(HeldTicket held, JiraCalls jira, IReadOnlyList<string> applied, Exception? failed)
    {
        var ct = CancellationToken.None;
        Ticket? after = null;
        try
        {
            var issue = await new IssueWrites(jira).Read(held.Now.ExternalId, ct);
            await using var tx = await db.Begin(ct);
            after = await own.Store(jira, issue, ct);
            await Record(held.Stored, after, jira.Connection.Integration.ScopePath, applied, failed, ct);
            await tx.Commit(ct);
        }
        catch (Exception unread) when (unread is JiraRefusal or ProviderFailure)
        {
            failed ??= unread;
            await Record(held.Stored, held.Stored, jira.Connection.Integration.ScopePath, applied, failed, ct);
        }

        var cause = failed as ProviderFailure ?? (failed as OutcomeUnknown)?.Cause;
        if (failed is null || cause is not null)
            await sites.Tell(jira.Connection, cause, ct, jira.LatencyMs);
        return failed is null ? after! : throw JiraProblems.Of(failed, new FieldNames(jira.Connection), new Dictionary<string, object?>
        {
            ["applied"] = applied,
            ["ticket"] = after,
        });
    }

    private Task Record(Ticket before, Ticket after, IReadOnlyList<long> scopePath, IReadOnlyList<string> applied, Exception? failed, CancellationToken ct)
    {
        var diff = TicketDiff.Between(before, after);
        diff["applied"] = JsonSerializer.SerializeToNode(applied);
        return audit.Record("ticket.changed", "ticket", before.Id, scopePath, diff, ct, failed is null ? "success" : "failure");
    }

    private Task<JsonElement?> Read(Ticket stored, JiraCalls jira, CancellationToken ct) => sites.Answered<JsonElement?>(jira.Connection, async () =>
    {
        try
        {
            return await new IssueWrites(jira).Read(stored.ExternalId, ct);
        }
        catch (JiraRefusal refusal) when (refusal.Status is 404)
        {
            // Strangers get the same answer: it means something only where Jira knows the account.
            await jira.RequireAccount(ct);
            return null;
        }
    }, ct);

    private static ConflictException Changed(Ticket stored, Ticket? remote, string detail) => new("remote_changed", detail)
    {
        Extensions = new Dictionary<string, object?> { ["stored"] = stored, ["remote"] = remote },
    };

    private const string Select = $"""
        select {Ticket.Columns} from sync.tickets where id = @id and scope_path @> array[@scope]::bigint[]
        """;
}
