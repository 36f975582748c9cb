using Hub.Integrations.Contracts;
using Hub.SharedKernel.Data;
using MediatR;

namespace Hub.Webhooks.Inbound;

/// <summary>Secrets that were rotated, switched off or deleted stop counting in every process once the change is committed.</summary>
internal sealed class ForgetChangedSender(Db db, SenderCache senders) : INotificationHandler<IntegrationChanged>
{
    public Task Handle(IntegrationChanged notification, CancellationToken cancellationToken)
    {
        senders.Suspend();
        return db.Execute(Signal, new { channel = SenderCache.Channel }, cancellationToken);
    }

    private const string Signal = "select pg_notify(@channel, '')";
}
