using System.Text.Json.Nodes;
using Hub.Integrations.Integrations;
using Hub.Schemas.Contracts;
using Hub.SharedKernel.Problems;

namespace Hub.Integrations.ScopeConfig;

/// <param name="Secret">A secret that would be sent elsewhere.</param>
/// <param name="Field">The field that says where to.</param>
/// <param name="Source">Who keeps the secret.</param>
internal sealed record SecretAstray(string Secret, string Field, ConfigLevel Source);

/// <summary>
/// A secret is sent only where it was meant to go by whoever entered it: to the scheme, host and port that held then. Who does not know a secret could
/// otherwise have it sent to a server of their own, by an address beside a secret that is stored or inherited.
/// </summary>
internal static class SecretDestinations
{
    /// <param name="schema">The type.</param>
    /// <param name="above">The levels above, from the platform down.</param>
    /// <param name="before">What the place set so far; null when it is new.</param>
    /// <param name="after">What it shall set; secrets entered now are other texts than those before.</param>
    /// <param name="member">Where the client wrote the fields, such as <c>configuration</c>.</param>
    /// <exception cref="InvalidException">Secrets of the place itself must be sent again.</exception>
    /// <exception cref="ConflictException">A secret of a place above would be sent elsewhere: <c>secret_inherited</c>.</exception>
    public static void Require(IntegrationSchema schema, IReadOnlyList<ConfigLevel> above, ConfigLevel? before, ConfigLevel after, string member)
    {
        var astray = Astray(schema, before is null ? null : [.. above, before], [.. above, after]);
        if (astray.FirstOrDefault(one => one.Source.Owner != after.Owner) is { } inherited)
            throw Inherited(inherited, member);
        if (astray.Count > 0)
            throw new InvalidException(astray.GroupBy(one => one.Secret).ToDictionary(
                secret => $"{member}.{secret.Key}", secret => new[] { $"must be sent again, because {secret.First().Field} now leads elsewhere" }));
    }

    /// <param name="schema">The type.</param>
    /// <param name="before">All levels as they were, from the platform down; null when the place is new.</param>
    /// <param name="after">All levels as they shall be.</param>
    public static IReadOnlyList<SecretAstray> Astray(IntegrationSchema schema, IReadOnlyList<ConfigLevel>? before, IReadOnlyList<ConfigLevel> after)
    {
        var (was, now) = (before is null ? null : Inheritance.Merge(before), Inheritance.Merge(after));
        var destinations = DestinationFields.Of(schema);
        var astray = new List<SecretAstray>();
        foreach (var secret in DestinationFields.Outgoing(schema))
        {
            if (now.GetValueOrDefault(secret) is not { Source: { } source } || source.Secrets[secret] is not { } sealedText || IsFromEnvironment(sealedText))
                continue;
            var kept = was?.GetValueOrDefault(secret)?.Source is { } old && old.Owner == source.Owner && JsonNode.DeepEquals(old.Secrets[secret], sealedText);
            var place = after.IndexOf(source);
            // One that is kept was meant for where it went; a new one for what its own place says.
            var meant = kept ? was! : Inheritance.Merge([.. after.Take(place + 1)]);
            astray.AddRange(destinations.Where(field => LeadsElsewhere(field, meant, now, level => after.IndexOf(level) > place))
                .Select(field => new SecretAstray(secret, field.Name, source)));
        }

        return astray;
    }

    private static bool LeadsElsewhere(
        SchemaField field, IReadOnlyDictionary<string, InheritedField> meant, IReadOnlyDictionary<string, InheritedField> now,
        Func<ConfigLevel, bool> isBelowSecret)
    {
        var (before, after) = (OriginOf(field, meant), OriginOf(field, now));
        if (before == after)
            return false;
        // Who keeps the secret, or stands above who does, may say for the first time where it goes; taking an address away is half a change of it.
        return before is not null || (now[field.Name].Source is { } source && isBelowSecret(source));
    }

    private static bool IsFromEnvironment(JsonNode sealedText) =>
        sealedText is JsonValue value && value.TryGetValue<string>(out var text) && text == Configuration.FromEnvironment;

    private static string? OriginOf(SchemaField field, IReadOnlyDictionary<string, InheritedField> merged)
    {
        var value = merged.GetValueOrDefault(field.Name)?.Source?.Values[field.Name]?.ToString() ?? field.Default?.ToString();
        return string.IsNullOrWhiteSpace(value) ? null : DestinationFields.Origin(value);
    }

    private static int IndexOf(this IReadOnlyList<ConfigLevel> levels, ConfigLevel level)
    {
        for (var i = 0; i < levels.Count; i++)
            if (ReferenceEquals(levels[i], level))
                return i;
        return -1;
    }

    private static ConflictException Inherited(SecretAstray one, string member) =>
        new("secret_inherited", $"{one.Field} would send the {one.Secret} of {one.Source.Name} (scope {one.Source.ScopeId}) elsewhere. Send {one.Secret} too, or leave {one.Field} as it is there.")
        {
            Extensions = new Dictionary<string, object?>
            {
                ["errors"] = new Dictionary<string, string[]>
                {
                    [$"{member}.{one.Field}"] = [$"would send the inherited {one.Secret} elsewhere; send {one.Secret} too"],
                },
            },
        };
}
