using Hub.Integrations.Contracts;
using Hub.SharedKernel.Data;
using MediatR;

namespace Hub.Integrations.Scopes;

/// <summary>Tells other modules about a scope that their caller sees.</summary>
internal sealed class AnswerScope(Db db) : IRequestHandler<AskScope, ScopeInfo?>
{
    public Task<ScopeInfo?> Handle(AskScope request, CancellationToken cancellationToken) =>
        db.First<ScopeInfo>(Select, new { request.Id, request.CallerScopeId }, cancellationToken);

    private const string Select = """
        select id, kind, name, path
        from integrations.scopes
        where id = @id and path @> array[@callerScopeId]::bigint[]
        """;
}
