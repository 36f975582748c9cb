using System.Globalization;
using System.Text.Json;
using Hub.Integrations.Contracts;
using Hub.Schemas.Contracts;
using Hub.SharedKernel.Text;

namespace Hub.Integrations.Imports;

/// <summary>An old row of integrations, read and found to be in order.</summary>
/// <param name="Index">Place in the input.</param>
/// <param name="Name">Its name.</param>
/// <param name="LegacyId">The id of its old row.</param>
/// <param name="Schema">Its type.</param>
/// <param name="OldType">How that was spelled.</param>
/// <param name="Enabled">Whether it was in use.</param>
/// <param name="Priority">Null where it had none.</param>
/// <param name="Configuration">Its values.</param>
internal sealed record OldIntegration(
    int Index, string Name, string? LegacyId, IntegrationSchema Schema, string OldType, bool Enabled, int? Priority, OldConfiguration Configuration)
{
    public override string ToString() => $"Old integration {Index}";
}

/// <summary>Reads old rows and tells the report of everything it does not take.</summary>
internal sealed class OldIntegrationReader(IReadOnlyDictionary<string, IntegrationSchema> schemas, IntegrationReport report)
{
    private static readonly string[] Wrappers = ["config", "configuration", "settings", "config_data", "credentials"];

    // The hub has its own, or takes them from the type.
    private static readonly string[] NotImported =
    [
        "platform_name", "platform", "integration_category", "category", "status", "health_status", "created_at", "updated_at", "created_by", "updated_by",
        "last_tested_at", "last_test", "missing_fields", "version", "secret_source", "scope_id", "webhook_url",
    ];

    /// <returns>Null when the row cannot be imported; the report says why.</returns>
    public OldIntegration? Read(int index, JsonElement row)
    {
        if (row.ValueKind is not JsonValueKind.Object)
        {
            report.Fail(index, null, null, "must be a JSON object: one old integration");
            return null;
        }

        var members = new OldMembers(row);
        var name = OldJson.Word(members.Take("name"));
        var before = report.Errors;
        void Check(string field, string? refusal)
        {
            if (refusal is not null)
                report.Fail(index, name, members.NameOf(field), refusal);
        }

        Check("name", name is null or { Length: > 200 } || name.Any(char.IsControl) ? "must be a text of 1 to 200 characters without line breaks" : null);
        var legacyId = LegacyId(members, Check);
        var type = OldJson.Word(members.TakeAny("integration_type", "type"));
        var schema = type is null ? null : OldTypes.Find(type, schemas);
        Check("integration_type", schema is null ? "is not a known integration type; GET /api/v1/integrations/schemas lists them" : null);
        var enabled = Enabled(members, Check);
        var priority = Priority(members, Check);
        var values = new List<KeyValuePair<string, JsonElement>>();
        foreach (var wrapper in Wrappers.Where(members.Has))
            Check(wrapper, Unwrap(members.Take(wrapper), values));
        if (report.Errors > before)
            return null;

        var flat = Flat(row, members, schema!);
        if (OldTypes.Says(type!) is { } said && schema!.Fields.Any(field => field.Name == said.Field)
            && !values.Concat(flat).Any(member => OldKeys.FieldOf(schema, member.Key) == said.Field))
            values.Add(new(said.Field, JsonSerializer.SerializeToElement(said.Value)));
        var configuration = OldConfiguration.Of(schema!, [.. values, .. flat]);
        foreach (var (key, reason) in configuration.Unknown)
            report.Skip(index, name!, key, $"{reason}; it was left out");
        return new OldIntegration(index, name!, legacyId, schema!, type!, enabled, priority, configuration);
    }

    private static string? LegacyId(OldMembers members, Action<string, string?> check)
    {
        var field = members.Has("legacy_id") ? "legacy_id" : "id";
        var value = members.Take(field);
        members.Take("id");
        if (OldJson.IsNothing(value))
            return null;
        var id = OldJson.Word(value);
        check(field, id is null or { Length: > 200 } || id.Any(char.IsControl) ? "must be a number, or a text of 1 to 200 characters" : null);
        return id;
    }

    private static bool Enabled(OldMembers members, Action<string, string?> check)
    {
        var all = true;
        foreach (var field in new[] { "is_enabled", "enabled", "is_active", "active" })
        {
            var value = members.Take(field);
            if (OldJson.IsNothing(value))
                continue;
            check(field, OldJson.TryFlag(value, out var flag) ? null : "must be true or false, or 1 or 0");
            all &= flag;
        }

        return all;
    }

    private static int? Priority(OldMembers members, Action<string, string?> check)
    {
        var value = members.Take("priority");
        if (OldJson.IsNothing(value))
            return null;
        var fits = int.TryParse(OldJson.Word(value), NumberStyles.None, CultureInfo.InvariantCulture, out var priority) && priority is >= 1 and <= 1000;
        check("priority", fits ? null : "must be a whole number between 1 and 1000");
        return fits ? priority : null;
    }

    private static string? Unwrap(JsonElement value, List<KeyValuePair<string, JsonElement>> values)
    {
        if (!OldJson.TryUnwrap(value, out var inner, out var problem))
            return problem;
        if (OldJson.IsNothing(inner) || (inner.ValueKind is JsonValueKind.Array && inner.GetArrayLength() == 0))
            return null;
        if (inner.ValueKind is not JsonValueKind.Object)
            return "must be a JSON object, or one in a text";
        if (!StorableText.Everywhere(inner))
            return StorableText.Rule;
        values.AddRange(inner.EnumerateObject().Select(member => KeyValuePair.Create(member.Name, member.Value)));
        return null;
    }

    // Some old tables had a column for each value.
    private List<KeyValuePair<string, JsonElement>> Flat(JsonElement row, OldMembers members, IntegrationSchema schema)
    {
        var rest = members.Rest.ToHashSet(StringComparer.Ordinal);
        return [.. row.EnumerateObject()
            .Where(member => rest.Contains(member.Name) && (OldKeys.FieldOf(schema, member.Name) is not null || !NotImported.Contains(OldKeys.Normal(member.Name))))
            .Select(member => KeyValuePair.Create(member.Name, member.Value))];
    }
}

/// <summary>Gathers what an import of integrations did and did not do.</summary>
internal sealed class IntegrationReport
{
    private readonly List<IntegrationSkip> skipped = [];
    private readonly List<IntegrationError> errors = [];

    public int Created { get; set; }

    public int Updated { get; set; }

    public int Errors => errors.Count;

    public void Skip(int index, string integration, string field, string reason) =>
        skipped.Add(new IntegrationSkip(index, StorableText.OneLine(integration), StorableText.OneLine(field), reason));

    public void Fail(int index, string? integration, string? field, string message) => errors.Add(new IntegrationError(
        index, integration is null ? $"#{index}" : StorableText.OneLine(integration), field is null ? null : StorableText.OneLine(field), message));

    public IntegrationImportReport Done(bool dryRun) => new(
        dryRun, Created, Updated, [.. skipped.OrderBy(skip => skip.Index)], [.. errors.OrderBy(error => error.Index)]);
}
