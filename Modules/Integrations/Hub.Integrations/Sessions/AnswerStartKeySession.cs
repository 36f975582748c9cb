using Hub.Integrations.Contracts;
using Hub.SharedKernel.Data;
using MediatR;

namespace Hub.Integrations.Sessions;

/// <summary>A session that may do what the key may, as long as the key may do it.</summary>
internal sealed class AnswerStartKeySession(Db db, SessionStart sessions, IMediator mediator) : IRequestHandler<StartKeySession, StartedSession?>
{
    public async Task<StartedSession?> Handle(StartKeySession request, CancellationToken cancellationToken)
    {
        if (await mediator.Send(new AuthenticateKey(request.Key), cancellationToken) is not { } key)
            return null;
        await using var tx = await db.Begin(cancellationToken);
        var started = await sessions.Open(
            new NewSession(SessionMethod.Key, key.Name, key.Role, key.ScopeId, key.ScopePath, KeyId: key.KeyId), request.Earlier, cancellationToken);
        await tx.Commit(cancellationToken);
        return started;
    }
}
