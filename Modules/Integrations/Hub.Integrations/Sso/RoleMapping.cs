using System.Text.Json;
using Hub.SharedKernel.Access;

namespace Hub.Integrations.Sso;

/// <summary>Which role an identity provider's groups give: the strongest of those that are mapped, else the default one.</summary>
internal static class RoleMapping
{
    /// <param name="groups">Values of the role claim.</param>
    /// <param name="mapping">An object from group to <c>viewer</c>, <c>manager</c> or <c>admin</c>; other values give nothing.</param>
    /// <param name="otherwise"><c>none</c>, <c>viewer</c>, <c>manager</c> or <c>admin</c>.</param>
    /// <returns>Null when the person gets no role here.</returns>
    public static Role? RoleOf(IReadOnlyCollection<string> groups, JsonElement? mapping, string? otherwise)
    {
        Role? best = null;
        if (mapping is { ValueKind: JsonValueKind.Object } known)
            foreach (var group in groups)
                if (known.TryGetProperty(group, out var word) && word.AsText() is { } text && Named(text) is { } role && !(best >= role))
                    best = role;
        return best ?? Named(otherwise);
    }

    private static Role? Named(string? word) => word switch
    {
        "viewer" => Role.Viewer,
        "manager" => Role.Manager,
        "admin" => Role.Admin,
        _ => null,
    };
}
