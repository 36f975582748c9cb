using System.Text.Json;
using System.Text.RegularExpressions;

namespace Hub.Schemas.Documents;

/// <summary>What later rules need to know of a field.</summary>
internal sealed record KnownField(string Name, string? Type, IReadOnlyList<string> Options);

/// <summary>The rules for a type's fields.</summary>
internal static partial class FieldRules
{
    public const int MaxFields = 200;
    public const string NameHint = "must be a name in snake_case of at most 63 characters";

    private static readonly string[] Members =
    [
        "name", "label", "type", "required", "level", "description", "multiline", "placeholder", "default", "options", "pattern", "required_when", "records",
    ];

    public static IReadOnlyDictionary<string, KnownField> Check(Node document)
    {
        var known = new Dictionary<string, KnownField>(StringComparer.Ordinal);
        if (document.Demanded("fields") is not { } list)
            return known;
        if (list.Kind is JsonValueKind.Array && list.Value.GetArrayLength() > MaxFields)
        {
            list.Report($"must have at most {MaxFields} entries");
            return known;
        }

        var fields = list.Items().ToArray();
        foreach (var field in fields)
            if (CheckField(field) is { } read && !known.TryAdd(read.Name, read))
                field.Report("name", "is used by another field too");
        foreach (var field in fields)
            if (field.Member("required_when") is { } condition)
                Conditions.CheckSelect(condition, known);
        return known;
    }

    private static KnownField? CheckField(Node field)
    {
        if (!field.IsObject(Members))
            return null;
        var name = field.Text("name", required: true, Name(), NameHint);
        field.Text("label", required: true, max: 80);
        field.Text("description");
        field.Text("placeholder", max: 200);
        field.Flag("required");
        field.OneOf("level", Vocabulary.Levels);
        var type = field.OneOf("type", Vocabulary.FieldTypes, required: true);
        if (field.Flag("multiline") is true && type is not (null or "secret"))
            field.Report("multiline", "is for secrets of several lines; use the type multiline");
        var options = CheckOptions(field, type);
        CheckDefault(field, type, options, CheckPattern(field, type));
        if (field.Member("records") is { } records)
            RecordRules.Check(records, type);
        return name is null ? null : new KnownField(name, type, options);
    }

    private static IReadOnlyList<string> CheckOptions(Node field, string? type)
    {
        if (type is "select")
            return field.Texts("options", required: true);
        if (type is not null && field.Member("options") is { } options)
            options.Report("is for the type select only");
        return [];
    }

    private static Regex? CheckPattern(Node field, string? type)
    {
        if (field.Member("pattern") is not { } node)
            return null;
        if (type is "select" or "boolean" or "integer" or "json")
            node.Report($"is not for the type {type}");
        return PatternOf(node);
    }

    /// <summary>A pattern that can be matched; null once it is reported.</summary>
    public static Regex? PatternOf(Node node)
    {
        if (node.Text() is not { } pattern)
            return null;
        try
        {
            return Pattern.Compile(pattern);
        }
        catch (ArgumentException)
        {
            node.Report("is not a regular expression");
        }
        catch (NotSupportedException)
        {
            node.Report("must do without look-around, backreferences, atomic groups and huge repetitions, so that no value can make it run for ever");
        }

        return null;
    }

    private static void CheckDefault(Node field, string? type, IReadOnlyList<string> options, Regex? pattern)
    {
        if (field.Member("default") is not { } node || type is null)
            return;
        if (type is "secret")
            node.Report("a secret has no default");
        else if (type is "integer" && !(node.Kind is JsonValueKind.Number && node.Value.TryGetInt64(out _)))
            node.Report("must be a whole number");
        else if (type is "boolean" && node.Kind is not (JsonValueKind.True or JsonValueKind.False))
            node.Report("must be true or false");
        else if (type is "string" or "url" or "select" or "multiline" && node.Text(4000) is { } text)
            CheckDefaultText(node, type, text, options, pattern);
    }

    private static void CheckDefaultText(Node node, string type, string text, IReadOnlyList<string> options, Regex? pattern)
    {
        if (type is "select" && !options.Contains(text))
            node.Report("must be one of the options");
        else if (type is "url" && !(Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme is "http" or "https"))
            node.Report("must be a complete http or https address");
        else if (pattern?.IsMatch(text.Trim()) is false)
            node.Report("does not match the field's own pattern");
    }

    [GeneratedRegex("^[a-z][a-z0-9_]{0,62}$")]
    public static partial Regex Name();
}
