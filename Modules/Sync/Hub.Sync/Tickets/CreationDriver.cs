using Hub.SharedKernel.Access;
using Hub.SharedKernel.Auditing;
using Hub.SharedKernel.Data;
using Hub.SharedKernel.Problems;
using Hub.Sync.Jira.Writing;
using Hub.Sync.Providers;

namespace Hub.Sync.Tickets;

/// <summary>
/// Brings a claimed creation one step further. An issue is sent only while it is certain that it is not there: before the first call, and again only after
/// search did not show its marker for a long time. Every call is announced in the database first, so that whoever comes after a crash knows what may have been done.
/// </summary>
internal sealed class CreationDriver(
    Db db, TicketCreations creations, TicketSites sites, OwnWrites own, Audit audit, CallerAccessor accessor, TimeProvider time, TicketOptions options)
{
    private const int MostSends = 3;
    private const int FewestLooks = 5;
    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan GivenUp = TimeSpan.FromDays(7);

    public async Task Step(TicketCreation creation, CancellationToken ct)
    {
        // Whoever works it off, the audit log names who asked for it.
        accessor.Current ??= new Caller(
            creation.CallerKeyId, creation.CallerName, Role.Manager, creation.ScopePath[^1], creation.ScopePath, creation.CallerUserId);
        try
        {
            await Work(creation, ct);
        }
        catch (CreationLost)
        {
            // Another process has it, and goes on from what is written.
        }
    }

    private async Task Work(TicketCreation creation, CancellationToken ct)
    {
        try
        {
            if (await sites.OfWork(creation.IntegrationId, ct) is { } jira)
                await Step(creation, jira, ct);
            else if (creation.State is CreationState.Pending)
                await Refuse(creation, new ConflictException("integration_disabled", "The integration was disabled before the ticket was created."), true, ct);
            else
                await Later(creation, Pause, ct);
        }
        catch (ProviderFailure failure) when (creation is { State: CreationState.Pending, Attempts: 0 })
        {
            await Refuse(creation, JiraProblems.Of(failure), true, ct);
        }
        catch (Exception failure) when (failure is ProviderFailure or JiraRefusal)
        {
            await Later(creation, (failure as ProviderFailure)?.RetryAfter ?? Rest(creation), ct);
        }
    }

    private Task Step(TicketCreation creation, JiraCalls jira, CancellationToken ct) => creation.State switch
    {
        CreationState.Pending => Send(creation, jira, ct),
        CreationState.Sending => Lose(creation, TimeSpan.Zero, ct),
        CreationState.Unknown => Look(creation, jira, ct),
        _ => Finish(creation, jira, ct),
    };

    private async Task Send(TicketCreation creation, JiraCalls jira, CancellationToken ct)
    {
        var sent = await creations.Save(
            creation with { State = CreationState.Sending, Attempts = creation.Attempts + 1, Looks = 0, SentAt = time.GetUtcNow() }, hold: true, ct);
        try
        {
            var made = await new IssueWrites(jira).Create(sent.Fields, sent.Marker, ct);
            await Found(sent, made, jira, ct);
        }
        catch (JiraRefusal refusal)
        {
            await Refuse(sent, JiraProblems.Of(refusal, new FieldNames(jira.Connection)), false, ct);
        }
        catch (OutcomeUnknown lost)
        {
            await sites.Tell(jira.Connection, lost.Cause, ct);
            await Lose(sent, options.Look(0), ct);
        }
        catch (ProviderFailure failure)
        {
            await sites.Tell(jira.Connection, failure, ct);
            var told = JiraProblems.Of(failure);
            // Whoever was answered that nobody knows is owed an outcome; before that, the answer is that it failed.
            await (sent.Attempts == 1 ? Refuse(sent, told, true, ct)
                : Later(sent with { State = CreationState.Pending }, failure.RetryAfter ?? Pause, ct));
        }
    }

    private Task<TicketCreation> Lose(TicketCreation creation, TimeSpan wait, CancellationToken ct) => creation.Marker is not null
        ? creations.Save(creation with { State = CreationState.Unknown, NextAt = time.GetUtcNow() + wait }, hold: false, ct)
        : creations.Save(creation with
        {
            State = CreationState.Unknown,
            NextAt = null,
            Failure = new CreationFailure(
                504, "outcome_unknown", "Jira did not say whether it made the issue, and the project's screen takes no label to find it by: look there.", null, null, false).ToJson(),
        }, hold: false, ct);

    private async Task Look(TicketCreation creation, JiraCalls jira, CancellationToken ct)
    {
        await jira.RequireAccount(ct);
        if (await new IssueWrites(jira).Marked(creation.Marker!, ct) is { } made)
        {
            await Found(creation, made, jira, ct);
            return;
        }

        var looked = creation with { Looks = creation.Looks + 1 };
        if (looked.Looks < FewestLooks || time.GetUtcNow() - looked.SentAt < options.Absence)
            await Later(looked, options.Look(looked.Looks), ct);
        else if (looked.Attempts < MostSends)
            await Later(looked with { State = CreationState.Pending }, TimeSpan.Zero, ct);
        else
            await Refuse(looked, new UpstreamException(502, "upstream_failed", $"Jira was sent the issue {looked.Attempts} times, and has none of it."), true, ct);
    }

    private async Task Found(TicketCreation creation, IssueReference made, JiraCalls jira, CancellationToken ct)
    {
        var found = await creations.Save(
            creation with { State = CreationState.Created, ExternalId = made.Id, Key = made.Key, NextAt = time.GetUtcNow() }, hold: true, ct);
        try
        {
            await Finish(found, jira, ct);
        }
        catch (Exception failure) when (failure is ProviderFailure or JiraRefusal)
        {
            await Later(found, Rest(found), ct);
        }
    }

    private async Task Finish(TicketCreation creation, JiraCalls jira, CancellationToken ct)
    {
        var issues = new IssueWrites(jira);
        if (creation.Marker is { } marker)
        {
            try
            {
                await issues.Unmark(creation.ExternalId!, marker, ct);
            }
            catch (Exception left) when (left is JiraRefusal or OutcomeUnknown or ProviderFailure)
            {
                // It has done its work, and no ticket shows it.
            }
        }

        var issue = await issues.Read(creation.ExternalId!, ct);
        await using var tx = await db.Begin(ct);
        // The creation before its ticket, as whoever forgets an integration does it: neither waits crosswise.
        await creations.Save(creation, hold: true, ct);
        var ticket = await own.Store(jira, issue, ct);
        await creations.Save(creation with { TicketId = ticket.Id, Key = ticket.Key, NextAt = null, Failure = null }, hold: false, ct);
        await audit.Record("ticket.created", "ticket", ticket.Id, creation.ScopePath, TicketDiff.Between(null, ticket), ct);
        await tx.Commit(ct);
        await sites.Tell(jira.Connection, null, ct, jira.LatencyMs);
    }

    private Task<TicketCreation> Refuse(TicketCreation creation, HubException told, bool passing, CancellationToken ct) => creations.Save(
        creation with { State = CreationState.Refused, NextAt = null, Failure = CreationFailure.Of(told, passing).ToJson() }, hold: false, ct);

    private Task<TicketCreation> Later(TicketCreation creation, TimeSpan wait, CancellationToken ct) => time.GetUtcNow() - creation.CreatedAt < GivenUp
        ? creations.Save(creation with { NextAt = time.GetUtcNow() + wait }, hold: false, ct)
        : creations.Save(creation with
        {
            NextAt = null,
            Failure = new CreationFailure(504, "outcome_unknown", "Nothing could be learned from Jira for a week: look there.", null, null, false).ToJson(),
        }, hold: false, ct);

    // The longer it goes on, the longer the rests.
    private TimeSpan Rest(TicketCreation creation) => TimeSpan.FromSeconds(
        Math.Clamp((time.GetUtcNow() - (creation.SentAt ?? creation.CreatedAt)).TotalSeconds / 4, options.LookSeconds, Pause.TotalSeconds));
}
