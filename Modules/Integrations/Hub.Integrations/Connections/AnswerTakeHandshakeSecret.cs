using System.Text.Json.Nodes;
using Hub.Integrations.Contracts;
using Hub.Integrations.Health;
using Hub.Integrations.Integrations;
using Hub.Integrations.Secrets;
using Hub.SharedKernel.Access;
using Hub.SharedKernel.Auditing;
using Hub.SharedKernel.Data;
using MediatR;

namespace Hub.Integrations.Connections;

/// <summary>Takes the secret that a provider brings itself. The row is locked while it looks, so that the second of two comes too late.</summary>
internal sealed class AnswerTakeHandshakeSecret(
    Db db, IntegrationStore store, IntegrationTypes types, EffectiveConfigurations configurations, IntegrationSecrets secrets, Audit audit, IMediator mediator,
    TimeProvider time) : IRequestHandler<TakeHandshakeSecret, bool>
{
    public async Task<bool> Handle(TakeHandshakeSecret request, CancellationToken cancellationToken)
    {
        await using var tx = await db.Begin(cancellationToken);
        if (await db.First<long?>(Lock, new { request.IntegrationId }, cancellationToken) is null
            || await store.Find(request.IntegrationId, Caller.PlatformScope, cancellationToken) is not { Enabled: true, UsesEnvironment: false } row)
            return false;
        var schema = await types.Of(row, cancellationToken);
        var effective = await configurations.Of(row, schema, cancellationToken);
        if (!schema.IsSecret(request.Field) || effective.Secret(request.Field) is not null || effective.Secrets.Unreadable.Contains(request.Field))
            return false;

        var after = row with { Secrets = row.Secrets.DeepClone().AsObject() };
        foreach (var (field, ciphertext) in secrets.Seal(row.Owner, new Dictionary<string, string> { [request.Field] = request.Secret }))
            after.Secrets[field] = ciphertext!.DeepClone();
        var missing = await configurations.Missing(after, schema, cancellationToken);
        var status = IntegrationStatus.Of(row.Enabled, missing.Count == 0, HealthFold.BreakerOpen(row.ConsecutiveFailures));
        var saved = await store.Update(after with { MissingFields = missing, Status = status }, cancellationToken);
        await db.Execute(Note, new { request.IntegrationId, request.Field, now = time.GetUtcNow() }, cancellationToken);
        await audit.Record(
            "integration.handshake_secret_taken", "integration", row.Id, row.ScopePath,
            new JsonObject { [$"configuration.{request.Field}"] = AuditDiff.SecretChanged }, cancellationToken);
        await mediator.Publish(new IntegrationChanged(saved.Info(), IntegrationChange.Updated), cancellationToken);
        await tx.Commit(cancellationToken);
        return true;
    }

    private const string Lock = "select id from integrations.integrations where id = @integrationId for no key update";

    private const string Note = """
        insert into integrations.webhook_handshakes (integration_id, field, received_at) values (@integrationId, @field, @now)
        on conflict (integration_id, field) do update set received_at = excluded.received_at
        """;
}
