using System.Text.Json;
using System.Text.Json.Nodes;
using Hub.SharedKernel.Http;

namespace Hub.SharedKernel.Auditing;

/// <summary>The difference between two states of a thing: <c>{field: {from, to}}</c>, only what changed.</summary>
public static class AuditDiff
{
    public const string SecretChanged = "[SECRET CHANGED]";

    /// <summary>Compares two states by their JSON form. Either may be null: created, deleted.</summary>
    public static JsonObject Between(object? before, object? after)
    {
        var from = Tree(before);
        var to = Tree(after);
        var diff = new JsonObject();
        foreach (var field in from.Select(f => f.Key).Union(to.Select(f => f.Key)))
            if (!JsonNode.DeepEquals(from[field], to[field]))
                diff[field] = new JsonObject { ["from"] = from[field]?.DeepClone(), ["to"] = to[field]?.DeepClone() };
        return diff;
    }

    /// <summary>Says that secrets changed without saying what they are.</summary>
    public static JsonObject WithSecrets(this JsonObject diff, IEnumerable<string> changedSecrets)
    {
        foreach (var field in changedSecrets)
            diff[field] = SecretChanged;
        return diff;
    }

    private static JsonObject Tree(object? state) => state switch
    {
        null => [],
        JsonObject tree => tree,
        _ => JsonSerializer.SerializeToNode(state, state.GetType(), HubJson.Options)!.AsObject(),
    };
}
