using Hub.Integrations.Contracts;
using Hub.SharedKernel.Data;
using MediatR;

namespace Hub.Sync.WebhookRegistrations;

/// <summary>
/// Whatever of an integration changes (address, secret, switch, credential), its webhook is looked at as soon as the change is committed. With the integration
/// goes what is known of its webhook.
/// </summary>
internal sealed class MakeChangedRegistrationDue(Db db, TimeProvider time) : INotificationHandler<IntegrationChanged>
{
    public Task Handle(IntegrationChanged notification, CancellationToken cancellationToken)
    {
        var (integration, change) = notification;
        if (!RegistrationSignals.CanBeKept(integration.Type))
            return Task.CompletedTask;
        return change is IntegrationChange.Deleted
            ? db.Execute(Forget, new { integration.Id }, cancellationToken)
            : db.Execute(MakeDue, new { integration.Id, integration.Type, integration.ScopePath, now = time.GetUtcNow() }, cancellationToken);
    }

    private const string Forget = """
        delete from sync.webhook_registrations where integration_id = @id
        """;

    public const string MakeDue = $"""
        with due as (
            insert into sync.webhook_registrations as r (integration_id, integration_type, scope_path, state, next_check_at)
            values (@id, @type, @scopePath, 'pending', @now)
            on conflict (integration_id) do update set next_check_at = excluded.next_check_at, scope_path = excluded.scope_path, wishes = r.wishes + 1
            returning 1
        )
        select pg_notify('{RegistrationSignals.Due}', '') from due
        """;
}
