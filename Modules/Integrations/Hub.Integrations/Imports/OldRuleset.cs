using System.Text.Json;
using Hub.Integrations.Rulesets;
using Hub.Schemas.Contracts;
using Hub.SharedKernel.Text;

namespace Hub.Integrations.Imports;

/// <summary>An old ruleset, read and found to be in order.</summary>
/// <param name="Index">Place in the input.</param>
/// <param name="Name">Its name.</param>
/// <param name="Details">What it has beyond its name.</param>
/// <param name="Sources">The columns that hold something, with their types.</param>
internal sealed record OldRuleset(int Index, string Name, RulesetDetails Details, IReadOnlyList<ColumnSource> Sources)
{
    public override string ToString() => $"Old ruleset {Index}";
}

/// <param name="Column">Where it was.</param>
/// <param name="Source">What it holds.</param>
/// <param name="Schema">What it becomes.</param>
internal sealed record ColumnSource(OldColumn Column, OldSource Source, IntegrationSchema Schema)
{
    public override string ToString() => $"{Column.Name} as {Schema.Id}";
}

/// <summary>Reads old rulesets and tells the report of everything it does not take.</summary>
internal sealed class OldRulesetReader(IReadOnlyDictionary<string, IntegrationSchema> schemas, RulesetReport report)
{
    // The hub keeps its own.
    private static readonly string[] NotImported = ["created_at", "updated_at", "created_by", "updated_by"];

    /// <returns>Null when the row cannot be imported; the report says why.</returns>
    public OldRuleset? Read(int index, JsonElement row)
    {
        if (row.ValueKind is not JsonValueKind.Object)
        {
            report.Fail(index, null, null, null, "must be a JSON object: one old ruleset");
            return null;
        }

        var members = new OldMembers(row);
        var name = OldJson.Word(members.Take("name"));
        var errors = report.Errors;
        void Check(string field, string? refusal)
        {
            if (refusal is not null)
                report.Fail(index, name, null, members.NameOf(field), refusal);
        }

        Check("name", NameRefusal(name));
        var legacyId = LegacyId(members, Check);
        var description = Text(members, "description", Check);
        var active = Flag(members, "is_active", Check);
        var guidelines = Rule(members, "response_guidelines", Check);
        var context = Rule(members, "context_rules", Check);
        var behavior = Rule(members, "ai_behavior_rules", Check);
        var conversation = Rule(members, "conversation_rules", Check);
        var settings = Settings(members, Check);
        var wanted = members.Take("search_priority");
        var columns = OldColumn.All.Select(column => (column, value: members.Take(column.Name))).ToArray();
        if (report.Errors > errors)
            return null;

        var sources = columns.Select(pair => Source(index, name!, pair.column, pair.value)).OfType<ColumnSource>().ToArray();
        var priority = Priority(index, name!, wanted, sources);
        foreach (var key in members.Rest.Where(key => !NotImported.Contains(OldKeys.Normal(key))))
            report.Skip(index, name!, key, "a ruleset has no such field; it was left out");
        return new OldRuleset(index, name!, new RulesetDetails(description, active, priority, guidelines, context, behavior, conversation, settings, legacyId), sources);
    }

    private static string? NameRefusal(string? name) =>
        name is null ? "must be a text that is not empty"
        : name.Length > 200 ? "must have at most 200 characters"
        : name.Any(char.IsControl) ? "must not hold control characters such as line breaks"
        : null;

    private static string? LegacyId(OldMembers members, Action<string, string?> check)
    {
        var field = members.Has("legacy_id") ? "legacy_id" : "id";
        var value = members.Take(field);
        if (OldJson.IsNothing(value))
            return null;
        var id = OldJson.Word(value);
        check(field, id is null or { Length: > 200 } || id.Any(char.IsControl) ? "must be a number, or a text of 1 to 200 characters" : null);
        return id;
    }

    private static string? Text(OldMembers members, string field, Action<string, string?> check)
    {
        var value = members.Take(field);
        if (OldJson.IsNothing(value))
            return null;
        var text = "";
        check(field, value.ValueKind is not JsonValueKind.String ? "must be a text"
            : StorableText.Of(value, out text) ? RulesetRules.DescriptionRefusal(text)
            : StorableText.Rule);
        return text;
    }

    private static bool Flag(OldMembers members, string field, Action<string, string?> check)
    {
        var value = members.Take(field);
        var flag = true;
        check(field, OldJson.IsNothing(value) || OldJson.TryFlag(value, out flag) ? null : "must be true or false, or 1 or 0");
        return flag;
    }

    private static JsonElement? Rule(OldMembers members, string field, Action<string, string?> check)
    {
        var value = members.Take(field);
        check(field, RulesetRules.RuleRefusal(value));
        return value.OrNothing();
    }

    private static JsonElement? Settings(OldMembers members, Action<string, string?> check)
    {
        const string Field = "mode_settings";
        var value = members.Take(Field);
        check(Field, OldJson.TryUnwrap(value, out var inner, out var problem) ? RulesetRules.SettingsRefusal(inner) : problem);
        return inner.OrNothing();
    }

    private ColumnSource? Source(int index, string ruleset, OldColumn column, JsonElement value)
    {
        if (OldJson.IsNothing(value))
            return null;
        var source = OldSource.Read(value, out var problem);
        if (problem is not null)
            report.Fail(index, ruleset, column.Name, null, problem);
        else if (source is null)
            report.Skip(index, ruleset, column.Name, "it is empty");
        if (source is null)
            return null;
        var (type, consumed) = column.Choose(source.Members);
        if (schemas.TryGetValue(type, out var schema))
            return new ColumnSource(column, source with { Members = [.. source.Members.Where(member => !consumed.Contains(member.Key))] }, schema);
        report.Fail(index, ruleset, column.Name, null, $"would become {type}, which this hub's catalogue does not have");
        return null;
    }

    private List<string> Priority(int index, string ruleset, JsonElement value, IReadOnlyList<ColumnSource> sources)
    {
        const string Field = "search_priority";
        var ids = new List<string>();
        foreach (var word in Words(index, ruleset, value, Field))
        {
            var id = TypeOf(word, sources);
            if (id is null)
                report.Skip(index, ruleset, Field, $"'{StorableText.OneLine(word)}' is no integration type; it was left out");
            else if (ids.Contains(id))
                report.Skip(index, ruleset, Field, $"'{StorableText.OneLine(word)}' is {id}, which is named before; it was left out");
            else
                ids.Add(id);
        }

        return ids;
    }

    private string[] Words(int index, string ruleset, JsonElement value, string field)
    {
        var inner = value;
        if (value.ValueKind is JsonValueKind.String && StorableText.Of(value, out var text) && text.TrimStart() is not ['[' or '"', ..])
            return text.Split([',', ';'], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (OldJson.TryUnwrap(value, out inner, out var problem) && OldJson.IsNothing(inner))
            return [];
        if (inner.ValueKind is JsonValueKind.Array && problem is null)
            return [.. inner.EnumerateArray().Select(entry => OldJson.Word(entry) ?? entry.ValueKind.ToString())];
        report.Skip(index, ruleset, field, problem ?? "must be a list of integration types; it was left out");
        return [];
    }

    // The old data named the platforms of its columns; what is meant is what the column became.
    private string? TypeOf(string word, IReadOnlyList<ColumnSource> sources)
    {
        var normal = OldKeys.Normal(word);
        return sources.FirstOrDefault(source => source.Column.Platform == normal || source.Column.Name == normal)?.Schema.Id ?? OldTypes.Find(word, schemas)?.Id;
    }
}
