using System.Text.Json;
using System.Text.Json.Nodes;

namespace Hub.Integrations.Integrations;

/// <summary>RFC 7396: objects merge member by member, null removes, everything else replaces.</summary>
internal static class MergePatch
{
    public static JsonNode? Apply(JsonNode? target, JsonElement patch)
    {
        if (patch.ValueKind is not JsonValueKind.Object)
            return patch.ValueKind is JsonValueKind.Null ? null : JsonNode.Parse(patch.GetRawText());
        var merged = target is JsonObject known ? known.DeepClone().AsObject() : [];
        foreach (var member in patch.EnumerateObject())
        {
            if (member.Value.ValueKind is JsonValueKind.Null)
                merged.Remove(member.Name);
            else
                merged[member.Name] = Apply(merged[member.Name], member.Value);
        }

        return merged;
    }
}
