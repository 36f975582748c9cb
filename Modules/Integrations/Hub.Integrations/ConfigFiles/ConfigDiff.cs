using System.Text.Json;

namespace Hub.Integrations.ConfigFiles;

internal enum ChangeKind
{
    Add,
    Change,
    Delete,
    Keep,
}

/// <summary>One difference between a text and the hub.</summary>
/// <param name="Kind">What becomes of the thing.</param>
/// <param name="Place">Which thing.</param>
/// <param name="Details">Its fields, for people; secrets only as changed.</param>
/// <param name="Wanted">A <see cref="ScopeEntry"/>, <see cref="ConfigurationEntry"/>, <see cref="IntegrationEntry"/> or <see cref="EndpointEntry"/>: as wanted, or as it is when it goes.</param>
internal sealed record ConfigChange(ChangeKind Kind, string Place, IReadOnlyList<string> Details, object Wanted)
{
    public IEnumerable<string> Lines => Details.Select(detail => $"    {detail}").Prepend($"{Sign} {Place}");

    private char Sign => Kind switch
    {
        ChangeKind.Add => '+',
        ChangeKind.Change => '~',
        ChangeKind.Delete => '-',
        _ => '=',
    };
}

/// <summary>Compares two texts thing by thing.</summary>
internal static class ConfigDiff
{
    private const int ShownLength = 80;

    /// <param name="now">What the hub holds.</param>
    /// <param name="wanted">What it shall hold.</param>
    /// <param name="prune">Whether what is not wanted goes.</param>
    public static IReadOnlyList<ConfigChange> Between(ConfigDocument now, ConfigDocument wanted, bool prune) =>
    [
        .. Compare(now.Scopes, wanted.Scopes, scope => $"scope {scope.Path}", Fields, prune),
        .. Compare(now.Configuration, wanted.Configuration, WantedDocument.PlaceOf, Fields, prune),
        .. Compare(now.Integrations, wanted.Integrations, WantedDocument.PlaceOf, Fields, prune),
        .. Compare(now.Endpoints, wanted.Endpoints, WantedDocument.PlaceOf, Fields, prune),
    ];

    private static IEnumerable<ConfigChange> Compare<T>(
        IReadOnlyList<T> now, IReadOnlyList<T> wanted, Func<T, string> placeOf, Func<T, IReadOnlyDictionary<string, string>> fieldsOf, bool prune)
        where T : class
    {
        var known = now.ToDictionary(placeOf, StringComparer.OrdinalIgnoreCase);
        foreach (var entry in wanted)
        {
            var place = placeOf(entry);
            var before = known.Remove(place, out var found) ? fieldsOf(found) : null;
            var details = Details(before ?? new Dictionary<string, string>(), fieldsOf(entry)).ToArray();
            if (details.Length > 0 || before is null)
                yield return new ConfigChange(before is null ? ChangeKind.Add : ChangeKind.Change, place, details, entry);
        }

        foreach (var (place, entry) in known.OrderBy(pair => pair.Key, StringComparer.Ordinal))
            yield return new ConfigChange(prune ? ChangeKind.Delete : ChangeKind.Keep, place, [], entry);
    }

    private static IEnumerable<string> Details(IReadOnlyDictionary<string, string> before, IReadOnlyDictionary<string, string> after)
    {
        foreach (var field in before.Keys.Union(after.Keys, StringComparer.Ordinal).Order(StringComparer.Ordinal))
        {
            var (from, to) = (before.GetValueOrDefault(field), after.GetValueOrDefault(field));
            if (from != to)
                yield return from is null ? $"+ {field}: {Shown(to!)}" : to is null ? $"- {field}" : $"~ {field}: {Shown(from)} -> {Shown(to)}";
        }
    }

    private static Dictionary<string, string> Fields(ScopeEntry scope)
    {
        var fields = new Dictionary<string, string> { ["kind"] = scope.Kind.ToString().ToLowerInvariant(), ["name"] = scope.Name };
        if (scope.Ruleset is not { } ruleset)
            return fields;
        fields["is_active"] = JsonSerializer.Serialize(ruleset.IsActive);
        fields["search_priority"] = string.Join(", ", ruleset.SearchPriority ?? []);
        if (ruleset.Description is { } description)
            fields["description"] = description;
        foreach (var (name, value) in ruleset.Rules)
            if (value is { ValueKind: not (JsonValueKind.Null or JsonValueKind.Undefined) } rule)
                fields[name] = Canonical(rule);
        return fields;
    }

    private static Dictionary<string, string> Fields(ConfigurationEntry entry)
    {
        var fields = Values(entry.Values);
        if (entry.Locked is { Count: > 0 } locked)
            fields["locked"] = string.Join(", ", locked);
        return fields;
    }

    private static Dictionary<string, string> Fields(IntegrationEntry entry)
    {
        var fields = Values(entry.Configuration);
        (fields["name"], fields["type"], fields["enabled"]) = (entry.Name, entry.Type, JsonSerializer.Serialize(entry.Enabled));
        (fields["priority"], fields["secret_source"]) = (JsonSerializer.Serialize(entry.Priority), entry.SecretSource);
        return fields;
    }

    private static Dictionary<string, string> Fields(EndpointEntry entry)
    {
        var fields = new Dictionary<string, string>
        {
            ["event_types"] = string.Join(", ", (entry.EventTypes ?? []).Order(StringComparer.Ordinal)),
            ["enabled"] = JsonSerializer.Serialize(entry.Enabled),
            ["ordering"] = entry.Ordering,
        };
        if (entry.Signature is { } signature)
            fields["signature"] = signature;
        if (entry.ContactEmail is { } contact)
            fields["contact_email"] = contact;
        if (entry.Description is { } description)
            fields["description"] = description;
        if (entry.Filter is { ValueKind: JsonValueKind.Object } filter)
            fields["filter"] = Canonical(filter);
        if (entry.RateLimit is { } rate)
            fields["rate_limit"] = JsonSerializer.Serialize(rate);
        if (entry.Secret?.Fingerprint is { } print)
            fields["secret"] = $"[SECRET {print}]";
        return fields;
    }

    // Where a secret is found is the text's own business: only its fingerprint counts.
    private static Dictionary<string, string> Values(IReadOnlyDictionary<string, JsonElement> values) => values.ToDictionary(
        pair => $"configuration.{pair.Key}",
        pair => pair.Value.ValueKind is JsonValueKind.Object && pair.Value.TryGetProperty("secret", out _) && pair.Value.TryGetProperty("fingerprint", out var print)
            ? $"[SECRET {print}]" : Canonical(pair.Value),
        StringComparer.Ordinal);

    private static string Canonical(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => $"{{{string.Join(",", value.EnumerateObject().OrderBy(m => m.Name, StringComparer.Ordinal).Select(m => $"{JsonSerializer.Serialize(m.Name)}:{Canonical(m.Value)}"))}}}",
        JsonValueKind.Array => $"[{string.Join(",", value.EnumerateArray().Select(Canonical))}]",
        JsonValueKind.String => JsonSerializer.Serialize(value.GetString()),
        _ => value.GetRawText(),
    };

    private static string Shown(string text) => text.Length <= ShownLength ? text : $"{text[..ShownLength]}...";
}
