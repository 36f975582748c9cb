using System.Text.Json;
using Hub.SharedKernel.Text;

namespace Hub.Integrations.Imports;

/// <summary>A configuration as the old data has it, before anybody knows its type.</summary>
/// <param name="Members">Its keys and values, without those about the integration itself.</param>
/// <param name="Enabled">Whether it was in use.</param>
/// <param name="Name">What it was called; null when it had no name.</param>
internal sealed record OldSource(IReadOnlyList<KeyValuePair<string, JsonElement>> Members, bool Enabled, string? Name)
{
    private const string Off = "disabled";
    private static readonly string[] Names = ["name", "display_name"];
    private static readonly string[] On = ["enabled", "is_enabled", "active", "is_active"];
    private static readonly string[] NotOn = ["disabled", "is_disabled"];

    /// <returns>Null with <paramref name="problem"/> null: there is nothing in it. With a problem: it cannot be read.</returns>
    public static OldSource? Read(JsonElement value, out string? problem)
    {
        problem = null;
        if (value.ValueKind is JsonValueKind.String && StorableText.Of(value, out var word) && word.Trim().Equals(Off, StringComparison.OrdinalIgnoreCase))
            return new OldSource([], false, null);
        if (!OldJson.TryUnwrap(value, out var inner, out problem))
            return null;
        if (OldJson.IsNothing(inner) || (inner.ValueKind is JsonValueKind.False) || IsEmpty(inner))
            return null;
        if (inner.ValueKind is JsonValueKind.Object)
            return Sorted(inner, out problem);
        problem = "must be a JSON object, or one in a text";
        return null;
    }

    private static OldSource? Sorted(JsonElement source, out string? problem)
    {
        problem = StorableText.Everywhere(source) ? null : StorableText.Rule;
        if (problem is not null)
            return null;
        var members = new List<KeyValuePair<string, JsonElement>>();
        var (enabled, name) = (true, (string?)null);
        foreach (var member in source.EnumerateObject())
        {
            var normal = OldKeys.Normal(member.Name);
            if (On.Contains(normal) && OldJson.TryFlag(member.Value, out var on))
                enabled &= on;
            else if (NotOn.Contains(normal) && OldJson.TryFlag(member.Value, out var off))
                enabled &= !off;
            else if (normal is "status" && OldJson.TryFlag(member.Value, out var state))
                enabled &= state;
            else if (Names.Contains(normal) && OldJson.Word(member.Value) is { } called)
                name ??= called;
            else
                members.Add(new(member.Name, member.Value));
        }

        return new OldSource(members, enabled, name);
    }

    private static bool IsEmpty(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => !value.EnumerateObject().Any(),
        JsonValueKind.Array => value.GetArrayLength() == 0,
        _ => false,
    };

    public override string ToString() => nameof(OldSource);
}
