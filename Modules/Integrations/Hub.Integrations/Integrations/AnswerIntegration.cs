using Hub.Integrations.Contracts;
using Hub.SharedKernel.Data;
using MediatR;

namespace Hub.Integrations.Integrations;

/// <summary>Tells other modules about integrations that their caller sees, or that serve a scope.</summary>
internal sealed class AnswerIntegration(Db db) : IRequestHandler<AskIntegration, IntegrationInfo?>, IRequestHandler<AskScopeIntegration, IntegrationInfo?>,
    IRequestHandler<AskServingIntegration, IntegrationInfo?>
{
    public Task<IntegrationInfo?> Handle(AskIntegration request, CancellationToken cancellationToken) =>
        db.First<IntegrationInfo>(SelectOne, new { request.Id, request.CallerScopeId }, cancellationToken);

    public Task<IntegrationInfo?> Handle(AskScopeIntegration request, CancellationToken cancellationToken) =>
        db.First<IntegrationInfo>(SelectOfScope, new { request.ScopeId, request.Type, request.CallerScopeId }, cancellationToken);

    public Task<IntegrationInfo?> Handle(AskServingIntegration request, CancellationToken cancellationToken) =>
        db.First<IntegrationInfo>(SelectServing, new { request.Type, request.ScopePath }, cancellationToken);

    private const string Columns =
        "id, scope_id, scope_path, name, integration_type as type, integration_category as category, enabled, status, health_status, version";

    private const string SelectOne = $"""
        select {Columns} from integrations.integrations
        where id = @id and scope_path @> array[@callerScopeId]::bigint[]
        """;

    private const string SelectOfScope = $"""
        select {Columns} from integrations.integrations
        where scope_id = @scopeId and integration_type = @type and scope_path @> array[@callerScopeId]::bigint[]
        order by priority, id
        limit 1
        """;

    private const string SelectServing = $"""
        select {Columns} from integrations.integrations
        where integration_type = @type and scope_id = any(@scopePath) and enabled and status = 'active'
        order by array_position(@scopePath, scope_id) desc, priority, id
        limit 1
        """;
}
