using Hub.Integrations.Health;
using Hub.Integrations.Integrations;
using Hub.Schemas.Contracts;
using Hub.SharedKernel.Data;

namespace Hub.Integrations.Secrets;

/// <summary>After keys were given up: every integration whose secrets cannot be opened any more is red at once, and says what to do.</summary>
internal sealed class LostSecrets(Db db, IntegrationTypes types, EffectiveConfigurations configurations, HealthLog health, TimeProvider time)
{
    private const int Batch = 200;

    public async Task Report(CancellationToken ct)
    {
        var schemas = await types.All(ct);
        for (long after = 0; ;)
        {
            await using var tx = await db.Begin(ct);
            var rows = await db.List<IntegrationRow>(Select, new { after, limit = Batch }, ct);
            var known = new List<(IntegrationRow Row, IntegrationSchema Schema)>(rows.Count);
            known.AddRange(from row in rows let schema = schemas.GetValueOrDefault(row.IntegrationType) where schema is not null select (row, schema));
            var effective = await configurations.Of(known, ct);
            foreach (var (one, configuration) in known.Zip(effective))
                if (configuration.Secrets.Problem is { } problem)
                    await health.Observe(one.Row.Id, HealthLog.Test, new Observation(time.GetUtcNow(), false, FailureReason.Config, problem), null, ct);
            await tx.Commit(ct);
            if (rows.Count < Batch)
                return;
            after = rows[^1].Id;
        }
    }

    private const string Select = $"""
        select {IntegrationRow.Columns} from integrations.integrations
        where id > @after
        order by id
        limit @limit
        """;
}
