using Hub.SharedKernel.Data;
using Hub.SharedKernel.Problems;
using Npgsql;

namespace Hub.Integrations.Scopes;

/// <summary>Hangs scopes into the tree and renames them, inside the caller's transaction. Rights and audit are the caller's.</summary>
internal sealed class ScopeChanges(Db db)
{
    /// <summary>The scope that one of this kind shall hang under, kept from being deleted until the transaction ends.</summary>
    /// <exception cref="NotFoundException">It is not there or not below the caller's scope.</exception>
    /// <exception cref="InvalidException">This kind does not hang there.</exception>
    public async Task<ScopeAnswer> Parent(ScopeKind kind, long parentId, long callerScope, string field, CancellationToken ct)
    {
        var ancestors = await db.List<ScopeAnswer>(LockAncestors, new { parentId, callerScope }, ct);
        var parent = ancestors.FirstOrDefault(scope => scope.Id == parentId) ?? throw NotFoundException.Of("scope", parentId);
        return ScopePlacement.Refusal(kind, parent.Kind) is { } refusal ? throw new InvalidException(field, refusal) : parent;
    }

    /// <param name="kind">What it is.</param>
    /// <param name="name">What people call it.</param>
    /// <param name="slug">Null makes one from its id.</param>
    /// <param name="parent">From <see cref="Parent"/>.</param>
    /// <param name="ct">Cancels the write.</param>
    /// <returns>Null when the slug is taken under this parent.</returns>
    public Task<ScopeAnswer?> Insert(ScopeKind kind, string name, string? slug, ScopeAnswer parent, CancellationToken ct) =>
        db.First<ScopeAnswer>(InsertNew, new { kind = kind.Word(), name, slug, parentId = parent.Id, parentPath = parent.Path }, ct);

    /// <summary>One scope, locked until the transaction ends.</summary>
    /// <exception cref="NotFoundException">It is not there, not of this kind, or not below the caller's scope.</exception>
    public async Task<ScopeAnswer> Lock(long id, ScopeKind? kind, long callerScope, CancellationToken ct) =>
        await db.First<ScopeAnswer>(SelectLocked, new { id, callerScope, kind = kind?.Word() }, ct) ?? throw NotFoundException.Of(kind?.Word() ?? "scope", id);

    /// <summary>Writes name and slug and counts the version up.</summary>
    /// <exception cref="ConflictException">The slug is taken under this parent.</exception>
    public async Task<ScopeAnswer> Update(long id, string name, string slug, CancellationToken ct)
    {
        try
        {
            return await db.One<ScopeAnswer>(UpdateNames, new { id, name, slug }, ct);
        }
        catch (PostgresException fault) when (fault is { SqlState: PostgresErrorCodes.UniqueViolation, ConstraintName: "scopes_slug" })
        {
            throw ScopeAnswer.Taken("slug", slug);
        }
    }

    // All the way up: a scope higher up cannot be deleted with everything below it while something new arrives there unseen.
    private const string LockAncestors = """
        select a.id, a.kind, a.name, a.slug, a.parent_id, a.path, a.created_at, a.updated_at, a.version
        from integrations.scopes p
        join integrations.scopes a on a.id = any(p.path)
        where p.id = @parentId and p.path @> array[@callerScope]::bigint[]
        order by a.id
        for key share of a
        """;

    private const string InsertNew = """
        with fresh as (select nextval(pg_get_serial_sequence('integrations.scopes', 'id')) as id)
        insert into integrations.scopes (id, kind, name, slug, parent_id, path)
        overriding system value
        select id, @kind, @name, coalesce(@slug::text, 'scope-' || id), @parentId, @parentPath || id from fresh
        on conflict (parent_id, slug) do nothing
        returning id, kind, name, slug, parent_id, path, created_at, updated_at, version
        """;

    private const string SelectLocked = """
        select id, kind, name, slug, parent_id, path, created_at, updated_at, version
        from integrations.scopes
        where id = @id and path @> array[@callerScope]::bigint[] and (@kind::text is null or kind = @kind)
        for no key update
        """;

    private const string UpdateNames = """
        update integrations.scopes set name = @name, slug = @slug, version = version + 1, updated_at = now()
        where id = @id
        returning id, kind, name, slug, parent_id, path, created_at, updated_at, version
        """;
}
