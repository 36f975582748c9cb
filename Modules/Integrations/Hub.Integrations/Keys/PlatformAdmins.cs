namespace Hub.Integrations.Keys;

/// <summary>The keys that can administer the platform now.</summary>
internal static class PlatformAdmins
{
    /// <summary>Locked, so that two who each revoke the other's key do not both succeed.</summary>
    public const string LockUsable = """
        select id from integrations.keys
        where scope_id = 1 and role = 'admin' and revoked_at is null and (expires_at is null or expires_at > @now)
        order by id
        for no key update
        """;
}
