using System.Text.Json.Nodes;
using Hub.SharedKernel.Problems;

namespace Hub.Integrations.ScopeConfig;

/// <summary>A field that a place above locked cannot be set. What was set before the lock may stay and may be taken away.</summary>
internal static class FieldLocks
{
    /// <param name="above">The levels above, from the platform down.</param>
    /// <param name="before">What the place set so far; null when it is new.</param>
    /// <param name="after">What it shall set.</param>
    /// <param name="member">Where the client wrote the fields, such as <c>configuration</c>.</param>
    /// <exception cref="ConflictException">A locked field is set anew or to something else.</exception>
    public static void Require(IReadOnlyList<ConfigLevel> above, ConfigLevel? before, ConfigLevel after, string member)
    {
        var refused = after.Values.Concat(after.Secrets)
            .Where(pair => !JsonNode.DeepEquals(before?.Secrets[pair.Key] ?? before?.Values[pair.Key], pair.Value))
            .Select(pair => (Field: pair.Key, LockedBy: above.FirstOrDefault(level => level.Locked.Contains(pair.Key))))
            .Where(pair => pair.LockedBy is not null)
            .ToArray();
        if (refused.Length == 0)
            return;
        var places = string.Join("; ", refused.Select(pair => $"{pair.Field} is locked by {pair.LockedBy!.Name} (scope {pair.LockedBy.ScopeId})"));
        throw new ConflictException("field_locked", $"{places}. Leave it out, or unlock it there.")
        {
            Extensions = new Dictionary<string, object?>
            {
                ["errors"] = refused.ToDictionary(
                    pair => $"{member}.{pair.Field}", pair => new[] { $"is locked by {pair.LockedBy!.Name} (scope {pair.LockedBy.ScopeId})" }),
            },
        };
    }
}
