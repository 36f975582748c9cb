using Hub.Integrations.Contracts;
using Hub.Integrations.Integrations;
using Hub.Integrations.Sessions;
using Hub.SharedKernel.Access;
using Hub.SharedKernel.Auditing;
using Hub.SharedKernel.Data;

namespace Hub.Integrations.Sso;

/// <summary>Gives a person their row and a session in the integration's scope.</summary>
internal sealed class SsoSignIn(Db db, ScopeLock scopes, SessionStart sessions, Audit audit, TimeProvider time)
{
    private sealed record Stored(long Id, bool IsNew);

    public async Task<StartedSession> Complete(IntegrationRow row, SsoPerson person, string? earlier, CancellationToken ct)
    {
        await using var tx = await db.Begin(ct);
        var place = await scopes.Share(row.ScopeId, Caller.PlatformScope, ct);
        var user = await db.One<Stored>(Upsert, new
        {
            row.ScopeId,
            place.Path,
            person.Issuer,
            person.Subject,
            person.Email,
            person.Name,
            now = time.GetUtcNow(),
        }, ct);
        var name = person.Email ?? person.Name ?? person.Subject;
        var role = person.Role.ToString().ToLowerInvariant();
        var started = await sessions.Open(
            new NewSession(person.Method, name, role, row.ScopeId, place.Path, UserId: user.Id, IntegrationId: row.Id), earlier, ct);
        if (user.IsNew)
            await audit.Record(
                "user.created", "user", user.Id, place.Path, AuditDiff.Between(null, new { person.Email, person.Name, person.Issuer, person.Subject }), ct);
        await tx.Commit(ct);
        return started;
    }

    private const string Upsert = """
        insert into integrations.users as u (scope_id, scope_path, issuer, subject, email, name, created_at, last_signed_in_at)
        values (@scopeId, @path, @issuer, @subject, @email, @name, @now, @now)
        on conflict (scope_id, issuer, subject) do update
            set email = coalesce(excluded.email, u.email), name = coalesce(excluded.name, u.name), last_signed_in_at = excluded.last_signed_in_at
        returning id, xmax = 0 as is_new
        """;
}
