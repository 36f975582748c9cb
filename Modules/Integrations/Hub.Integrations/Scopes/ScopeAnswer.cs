using System.Text.Json.Nodes;
using Hub.SharedKernel.Auditing;
using Hub.SharedKernel.Http;
using Hub.SharedKernel.Problems;

namespace Hub.Integrations.Scopes;

/// <summary>A node of the scope tree.</summary>
/// <param name="Id">Its id; for projects and rulesets also theirs.</param>
/// <param name="Kind">platform, tenant, team, project or ruleset.</param>
/// <param name="Name">What people call it.</param>
/// <param name="Slug">Its name in addresses, unique beside its siblings: a-z, 0-9 and hyphens.</param>
/// <param name="ParentId">What it hangs under; null for the platform.</param>
/// <param name="Path">The ids from the platform down to itself.</param>
/// <param name="CreatedAt">When it was made.</param>
/// <param name="UpdatedAt">When it was last changed.</param>
/// <param name="Version">Counts changes; the ETag.</param>
internal sealed record ScopeAnswer(
    long Id, ScopeKind Kind, string Name, string Slug, long? ParentId, IReadOnlyList<long> Path,
    DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt, long Version) : IVersioned
{
    /// <summary>What of it is worth a line in the audit log.</summary>
    public static JsonObject Diff(ScopeAnswer? before, ScopeAnswer? after) => AuditDiff.Between(Told(before), Told(after));

    /// <param name="field">The field the client sent that leads to the name already in use.</param>
    /// <param name="slug">The slug in use.</param>
    public static ConflictException Taken(string field, string slug) =>
        new("name_taken", $"The slug '{slug}' is in use beside it. Send another {field}.")
        {
            Extensions = new Dictionary<string, object?>
            {
                ["errors"] = new Dictionary<string, string[]> { [field] = [$"leads to the slug '{slug}', which is in use under the same parent"] },
            },
        };

    private static object? Told(ScopeAnswer? scope) => scope is null ? null : new { scope.Kind, scope.Name, scope.Slug, scope.ParentId };
}
