using Hub.Integrations.Contracts;
using Hub.SharedKernel.Auditing;
using Hub.SharedKernel.Data;
using MediatR;

namespace Hub.Integrations.Sessions;

/// <summary>Whoever came in through a sign-in that is switched off or deleted is out.</summary>
internal sealed class EndSessionsOfIntegration(Db db, Audit audit, TimeProvider time) : INotificationHandler<IntegrationChanged>
{
    public async Task Handle(IntegrationChanged notification, CancellationToken cancellationToken)
    {
        if (notification.Change is not (IntegrationChange.Disabled or IntegrationChange.Deleted))
            return;
        foreach (var ended in await db.List<StoredSession>(End, new { notification.Integration.Id, now = time.GetUtcNow() }, cancellationToken))
            await ended.AuditEnd(audit, cancellationToken);
    }

    private const string End = $"""
        update integrations.sessions s set revoked_at = @now
        where s.integration_id = @id and s.revoked_at is null and s.expires_at > @now and s.ends_at > @now
        returning {AnswerEndSession.Returned}
        """;
}
