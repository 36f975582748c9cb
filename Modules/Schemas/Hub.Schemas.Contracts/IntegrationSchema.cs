using System.Text.Json;
using System.Text.Json.Serialization;

namespace Hub.Schemas.Contracts;

/// <summary>What an integration type is and needs: one document of the catalogue, as the API shows it.</summary>
public sealed record IntegrationSchema
{
    public required string Id { get; init; }
    public required string Name { get; init; }
    public required string Category { get; init; }
    public required string PlatformName { get; init; }
    public required string IntegrationCategory { get; init; }
    public required string Description { get; init; }
    public required string? DocsUrl { get; init; }
    public required string IconUrl { get; init; }
    public required int DisplayOrder { get; init; }
    public required bool Featured { get; init; }
    public required IReadOnlyList<string> Aliases { get; init; }
    public required int Version { get; init; }

    /// <summary><c>builtin</c> or <c>private</c>.</summary>
    public required string Source { get; init; }
    public required IReadOnlyList<string> Capabilities { get; init; }
    public required IReadOnlyList<SchemaField> Fields { get; init; }

    /// <summary>How requests are authenticated; declarative.</summary>
    public required JsonElement Auth { get; init; }

    /// <summary>Which read-only request proves the credentials; declarative.</summary>
    public required JsonElement Test { get; init; }

    /// <summary>How an inbound webhook is verified; declarative. JSON null where the type sends none.</summary>
    public required JsonElement Webhook { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public required DateTimeOffset UpdatedAt { get; init; }

    /// <summary>
    /// Why this hub cannot use a private type that an earlier version stored: then only those of its fields are shown that can be read. Absent for every
    /// other type.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Problem { get; init; }
}

/// <summary>One field of a type's configuration.</summary>
public sealed record SchemaField
{
    public required string Name { get; init; }
    public required string Label { get; init; }
    public required FieldType Type { get; init; }
    public bool Required { get; init; }
    public FieldLevel Level { get; init; }
    public string? Description { get; init; }
    public string? Placeholder { get; init; }
    public JsonElement? Default { get; init; }
    public IReadOnlyList<string>? Options { get; init; }

    /// <summary>A .NET regular expression that the trimmed value must match.</summary>
    public string? Pattern { get; init; }
    public RequiredWhen? RequiredWhen { get; init; }

    /// <summary>Several lines; also for secrets, such as a private key.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Multiline { get; init; }

    /// <summary>
    /// What a field of the type json holds: a list of objects with these members, all of them text. Where one of them is a key, an object does as well:
    /// its names are the keys, its values the first other member.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<RecordMember>? Records { get; init; }
}

/// <summary>A member of the objects that a json field lists.</summary>
public sealed record RecordMember
{
    public required string Name { get; init; }
    public bool Required { get; init; }

    /// <summary>No two objects of the list have the same; required as well.</summary>
    public bool Key { get; init; }
    public string? Placeholder { get; init; }

    /// <summary>A .NET regular expression that the value must match.</summary>
    public string? Pattern { get; init; }
    public IReadOnlyList<string>? Options { get; init; }

    /// <summary>Words that have a meaning of their own and cannot be taken.</summary>
    public IReadOnlyList<string>? Except { get; init; }
}

/// <summary>The field is needed only while another field has one of these values.</summary>
public sealed record RequiredWhen(string Field, IReadOnlyList<string> Values);

public enum FieldType
{
    String,
    Secret,
    Integer,
    Boolean,
    Url,
    Select,
    Multiline,
    Json,
}

/// <summary>Where a value is meant to be set: credentials at the organisation, choices such as projects or channels at the team.</summary>
public enum FieldLevel
{
    Org,
    Team,
}
