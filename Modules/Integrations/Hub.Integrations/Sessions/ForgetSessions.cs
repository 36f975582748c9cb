using Hub.SharedKernel.Data;
using Hub.SharedKernel.Workers;
using Microsoft.Extensions.DependencyInjection;

namespace Hub.Integrations.Sessions;

/// <summary>Deletes sessions that are over, sign-ins that never came back, and notes of assertions that could not be used again anyway.</summary>
internal sealed class ForgetSessions(WorkerContext context) : Worker(context)
{
    protected override string Channel => "integrations_sessions";

    protected override TimeSpan Idle => TimeSpan.FromMinutes(15);

    public override async Task<int> Tick(CancellationToken ct)
    {
        await using var scope = Scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<Db>();
        var now = Time.GetUtcNow();
        var deleted = 0;
        foreach (var statement in new[] { DeleteSessions, DeleteAttempts, DeleteAssertions })
            deleted += await db.Execute(statement, new { now }, ct);
        return deleted;
    }

    private const string DeleteSessions = """
        delete from integrations.sessions
        where id in (select id from integrations.sessions where expires_at < @now order by expires_at limit 5000)
        """;

    private const string DeleteAttempts = """
        delete from integrations.sso_attempts
        where state_hash in (select state_hash from integrations.sso_attempts where expires_at < @now order by expires_at limit 5000)
        """;

    private const string DeleteAssertions = """
        delete from integrations.sso_assertions
        where (integration_id, assertion_hash) in (
            select integration_id, assertion_hash from integrations.sso_assertions where expires_at < @now order by expires_at limit 5000)
        """;
}
