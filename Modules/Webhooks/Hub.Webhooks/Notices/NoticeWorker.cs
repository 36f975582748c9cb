using Hub.Integrations.Contracts;
using Hub.SharedKernel.Data;
using Hub.SharedKernel.Workers;
using Hub.Webhooks.Sending;
using MediatR;
using Microsoft.Extensions.DependencyInjection;

namespace Hub.Webhooks.Notices;

/// <summary>Mails notices through the mail integration that serves the endpoint's scope. What is not true any more when its time comes is not sent.</summary>
internal sealed class NoticeWorker(WorkerContext context) : Worker(context)
{
    private const int MaxAttempts = 8;
    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(5);

    protected override string Channel => "hub_endpoint_notices";

    protected override TimeSpan Idle => TimeSpan.FromSeconds(30);

    private sealed record Claim(
        Guid Id, string Kind, DateTimeOffset HappenedAt, DateTimeOffset? FailingSince, int Failures, string? LastError, int Attempt, long EndpointId, long ScopeId,
        IReadOnlyList<long> ScopePath, string Url, string? Description, string? ContactEmail, string State, string? DisabledReason, string Breaker, int NowFailures)
    {
        public bool IsTrue => Kind switch
        {
            EndpointNews.Disabled => State is "disabled",
            EndpointNews.BreakerOpened => State is "active" && Breaker is not EndpointCondition.Closed,
            EndpointNews.Failing => State is "active" && NowFailures > 0,
            _ => State is "active" && NowFailures == 0 && Breaker is EndpointCondition.Closed,
        };

        public override string ToString() => $"Notice {Id}";
    }

    public override async Task<int> Tick(CancellationToken ct)
    {
        await using var scope = Scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<Db>();
        var now = Time.GetUtcNow();
        var token = Guid.CreateVersion7(now);
        if (await db.First<Claim>(Take, new { now, until = now + Lease, token }, ct) is not { } claim)
            return 0;
        var (status, next, error) = claim is { ContactEmail: not null, IsTrue: true }
            ? After(await Mail(scope.ServiceProvider.GetRequiredService<IMediator>(), claim), claim.Attempt, now) : ("outdated", null, null);
        await db.Execute(Settle, new { claim.Id, token, status, next, error, now = Time.GetUtcNow() }, CancellationToken.None);
        return 1;
    }

    // A stop does not end a conversation with a mail server half way.
    private static Task<MailSent> Mail(IMediator mediator, Claim claim)
    {
        var host = new Uri(claim.Url).Host;
        var facts = new NoticeFacts(claim.HappenedAt, claim.FailingSince, claim.Failures, claim.LastError);
        return mediator.Send(new SendMail(
            claim.ScopeId, claim.ScopePath, claim.ContactEmail!, NoticeMail.Subject(claim.Kind, host),
            NoticeMail.Text(claim.Kind, claim.EndpointId, host, claim.Description, claim.DisabledReason, facts), claim.Id), CancellationToken.None);
    }

    private static (string Status, DateTimeOffset? Next, string? Error) After(MailSent sent, int attempt, DateTimeOffset now) => sent switch
    {
        { Problem: null } => ("sent", null, null),
        { Final: false } when attempt < MaxAttempts => ("pending", now + TimeSpan.FromMinutes(Math.Pow(2, attempt - 1)), sent.Problem),
        _ => ("failed", null, sent.Problem),
    };

    private const string Take = """
        update webhooks.endpoint_notices n
        set attempt = n.attempt + 1, next_attempt_at = @until, lease_token = @token
        from (
            select due.id from webhooks.endpoint_notices due
            where due.status = 'pending' and due.next_attempt_at <= @now
            order by due.next_attempt_at limit 1
            for update skip locked
        ) due, webhooks.endpoints p
        where n.id = due.id and p.id = n.endpoint_id
        returning n.id, n.kind, n.happened_at, n.failing_since, n.failures, n.last_error, n.attempt, p.id as endpoint_id, p.scope_id, p.scope_path, p.url,
            p.description, p.contact_email, p.state, p.disabled_reason, p.breaker, p.failures as now_failures
        """;

    private const string Settle = """
        update webhooks.endpoint_notices
        set status = @status, next_attempt_at = coalesce(@next, next_attempt_at), lease_token = null, error = @error,
            completed_at = case when @status <> 'pending' then @now end
        where id = @id and lease_token = @token
        """;
}
