using System.Text.Json.Nodes;

namespace Hub.Schemas.Tests.Published;

/// <summary>Documents with one thing changed: each member in turn removed, made null, made another type, and renamed.</summary>
internal static class Mutants
{
    public static IEnumerable<JsonNode> Of(JsonNode document)
    {
        foreach (var path in Places(document, []).ToArray())
            foreach (var change in (Action<JsonObject, string>[])[Remove, Nothing, Wrong])
            {
                var mutant = document.DeepClone();
                change(Parent(mutant, path).AsObject(), (string)path[^1]);
                yield return mutant;
            }
    }

    private static void Remove(JsonObject parent, string member) => parent.Remove(member);

    private static void Nothing(JsonObject parent, string member) => parent[member] = null;

    private static void Wrong(JsonObject parent, string member) =>
        parent[member] = parent[member] is JsonValue value && value.GetValueKind() is System.Text.Json.JsonValueKind.String ? JsonValue.Create(7) : JsonValue.Create("x");

    private static IEnumerable<object[]> Places(JsonNode? node, object[] path)
    {
        if (node is JsonObject members)
            foreach (var (name, child) in members)
            {
                yield return [.. path, name];
                foreach (var below in Places(child, [.. path, name]))
                    yield return below;
            }
        else if (node is JsonArray items)
            for (var index = 0; index < items.Count; index++)
                foreach (var below in Places(items[index], [.. path, index]))
                    yield return below;
    }

    private static JsonNode Parent(JsonNode root, object[] path) =>
        path[..^1].Aggregate(root, (node, step) => step is int index ? node[index]! : node[(string)step]!);
}
