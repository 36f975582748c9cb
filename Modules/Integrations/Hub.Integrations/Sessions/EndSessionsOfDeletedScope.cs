using Hub.Integrations.Contracts;
using Hub.SharedKernel.Data;
using MediatR;

namespace Hub.Integrations.Sessions;

/// <summary>The users of a deleted scope, and of those below it, go with it, and their sessions with them. Sessions of keys end with the keys.</summary>
internal sealed class EndSessionsOfDeletedScope(Db db) : INotificationHandler<ScopeDeleted>
{
    public Task Handle(ScopeDeleted notification, CancellationToken cancellationToken) =>
        db.Execute("delete from integrations.users where scope_path @> array[@scopeId]::bigint[]", new { notification.ScopeId }, cancellationToken);
}
