using System.Text.Json;

namespace Hub.Integrations.Imports;

/// <summary>The members of an old row by the normal form of their names, each to be taken once. Of several spellings the first counts.</summary>
internal sealed class OldMembers
{
    private readonly Dictionary<string, (string Name, JsonElement Value)> byNormal = new(StringComparer.Ordinal);
    private readonly HashSet<string> taken = new(StringComparer.Ordinal);
    private readonly List<string> doubled = [];

    public OldMembers(JsonElement row)
    {
        foreach (var member in row.EnumerateObject())
            if (!byNormal.TryAdd(OldKeys.Normal(member.Name), (member.Name, member.Value)))
                doubled.Add(member.Name);
    }

    /// <summary>Names that nobody took, as they were spelled.</summary>
    public IEnumerable<string> Rest => byNormal.Where(pair => !taken.Contains(pair.Key)).Select(pair => pair.Value.Name).Concat(doubled);

    public bool Has(string field) => byNormal.ContainsKey(field);

    public JsonElement Take(string field)
    {
        taken.Add(field);
        return byNormal.TryGetValue(field, out var member) ? member.Value : default;
    }

    /// <summary>Takes whichever of these is there first.</summary>
    public JsonElement TakeAny(params ReadOnlySpan<string> fields)
    {
        foreach (var field in fields)
            if (Has(field) && !OldJson.IsNothing(byNormal[field].Value))
                return Take(field);
        foreach (var field in fields)
            taken.Add(field);
        return default;
    }

    /// <summary>The field's name as it was spelled.</summary>
    public string NameOf(string field) => byNormal.TryGetValue(field, out var member) ? member.Name : field;
}
