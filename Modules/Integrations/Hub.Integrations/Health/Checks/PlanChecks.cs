using Hub.Integrations.Contracts;
using Hub.SharedKernel.Data;
using MediatR;

namespace Hub.Integrations.Health.Checks;

/// <summary>
/// An integration that was made, switched on or configured anew is looked at soon, with a closed breaker: what failed before was another configuration.
/// One that is not in use is not looked at.
/// </summary>
internal sealed class PlanChecks(Db db, TimeProvider time) : INotificationHandler<IntegrationChanged>
{
    public async Task Handle(IntegrationChanged notification, CancellationToken cancellationToken)
    {
        var (integration, change) = (notification.Integration, notification.Change);
        if (change is IntegrationChange.Deleted)
            return;
        if (integration.Status is not ("active" or "error"))
            await db.Execute(Unplan, new { integration.Id }, cancellationToken);
        else if (change is IntegrationChange.Created or IntegrationChange.Enabled || integration.HealthStatus is HealthStatus.Unknown)
            await db.Execute(PlanSoon, new { integration.Id, next = CheckSchedule.First(integration.Id, time.GetUtcNow()) }, cancellationToken);
    }

    private const string Unplan = "update integrations.health_checks set next_check_at = null where integration_id = @id";

    private const string PlanSoon = """
        insert into integrations.health_checks as c (integration_id, next_check_at)
        select id, @next from integrations.integrations where id = @id
        on conflict (integration_id) do update set next_check_at = excluded.next_check_at, trips = 0, open_until = null
        """;
}
