using System.Text.Json;
using Hub.Schemas.Contracts;
using Hub.SharedKernel.Text;

namespace Hub.Integrations.Imports;

/// <summary>An old configuration, sorted by what its keys mean to a type.</summary>
/// <param name="Given">Values by field.</param>
/// <param name="Names">How each field was spelled; the way back writes it so again. <c>owner/repo</c> are two keys whose values were joined by a slash.</param>
/// <param name="Unknown">Keys that mean nothing to the type, with the reason.</param>
internal sealed record OldConfiguration(
    IReadOnlyDictionary<string, JsonElement> Given, IReadOnlyDictionary<string, string> Names, IReadOnlyList<(string Key, string Reason)> Unknown)
{
    private const string Repository = "repository";
    private static readonly string[] OwnerKeys = ["owner", "org", "organization", "repo_owner", "repository_owner"];

    /// <param name="schema">The type.</param>
    /// <param name="members">Keys and values without those that say whether it is switched on or what it is called.</param>
    public static OldConfiguration Of(IntegrationSchema schema, IReadOnlyList<KeyValuePair<string, JsonElement>> members)
    {
        var given = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        var names = new Dictionary<string, string>(StringComparer.Ordinal);
        var unknown = new List<(string, string)>();
        var owner = members.FirstOrDefault(member => IsOwner(schema, member.Key));
        foreach (var (key, value) in members)
        {
            if (key == owner.Key || OldJson.IsNothing(value))
                continue;
            if (OldKeys.FieldOf(schema, key) is not { } field)
                unknown.Add((key, $"{schema.Name} has no such field"));
            else if (names.TryGetValue(field, out var first))
                unknown.Add((key, $"means the same as '{StorableText.OneLine(first)}', which was taken"));
            else
                (given[field], names[field]) = (OldValues.Shaped(schema.Fields.First(known => known.Name == field), value), key);
        }

        if (owner.Key is not null && !Joined(owner, given, names))
            unknown.Add((owner.Key, "there is no repository without an owner that it could belong to"));
        foreach (var (field, value) in given)
            if (OldValues.IsPlaceholder(value))
                given.Remove(field);
        return new OldConfiguration(given, names, unknown);
    }

    // Two values in the old form, one in the field.
    private static bool Joined(KeyValuePair<string, JsonElement> owner, Dictionary<string, JsonElement> given, Dictionary<string, string> names)
    {
        if (OldJson.Word(owner.Value) is not { } name || !given.TryGetValue(Repository, out var repository)
            || OldJson.Word(repository) is not { } text || text.Contains('/'))
            return false;
        given[Repository] = JsonSerializer.SerializeToElement($"{name}/{text}");
        names[Repository] = $"{owner.Key}/{names[Repository]}";
        return true;
    }

    private static bool IsOwner(IntegrationSchema schema, string key) =>
        OwnerKeys.Contains(OldKeys.Normal(key)) && schema.PlatformName == "github" && schema.Fields.Any(field => field.Name == Repository)
        && OldKeys.FieldOf(schema, key) is null;

    public override string ToString() => nameof(OldConfiguration);
}
