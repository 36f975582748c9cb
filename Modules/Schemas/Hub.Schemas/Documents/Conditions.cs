using System.Text.Json;

namespace Hub.Schemas.Documents;

/// <summary>
/// The rules for conditions on the configuration: <c>{field, values}</c> holds while a select field has one of these values, <c>{field, present}</c>
/// while a field is set or not.
/// </summary>
internal static class Conditions
{
    public static void Check(Node owner, IReadOnlyDictionary<string, KnownField> fields)
    {
        if (owner.Member("when") is not { } condition)
            return;
        if (condition.Member("present") is null)
        {
            CheckSelect(condition, fields);
            return;
        }

        if (condition.IsObject("field", "present"))
        {
            FieldOf(condition, fields);
            condition.Flag("present");
        }
    }

    /// <summary>The form that needs a select field; the only one for <c>required_when</c>.</summary>
    public static void CheckSelect(Node condition, IReadOnlyDictionary<string, KnownField> fields)
    {
        if (!condition.IsObject("field", "values"))
            return;
        var values = condition.Texts("values", required: true);
        if (FieldOf(condition, fields) is not { } field)
            return;
        if (field.Type is not (null or "select"))
            condition.Report("field", "must name a field of the type select");
        else
            foreach (var value in values.Except(field.Options))
                condition.Report("values", $"'{value}' is not an option of {field.Name}");
    }

    /// <summary>A condition on a JSON body: the value at <c>path</c> equals, does not equal, or exists.</summary>
    public static void CheckBody(Node condition)
    {
        if (!condition.IsObject("path", "equals", "not_equals", "exists"))
            return;
        CheckPath(condition, "path", required: true);
        if (condition.Value.EnumerateObject().Count(member => member.Name is "equals" or "not_equals" or "exists") != 1)
            condition.Report("needs exactly one of equals, not_equals, exists");
        if (condition.Value.TryGetProperty("exists", out var exists) && exists.ValueKind is not (JsonValueKind.True or JsonValueKind.False))
            condition.Report("exists", "must be true or false");
    }

    public static void CheckPath(Node owner, string member, bool required = false)
    {
        if (owner.Text(member, required) is { } path && !Templates.IsPath(path))
            owner.Report(member, "must be a path such as $.data[0].name");
    }

    public static KnownField? FieldOf(
        Node owner, IReadOnlyDictionary<string, KnownField> fields, string member = "field", bool required = true, string? type = null)
    {
        if (owner.Text(member, required) is not { } name)
            return null;
        if (!fields.TryGetValue(name, out var field))
            owner.Report(member, $"there is no field {name}");
        else if (type is not null && field.Type is not null && field.Type != type)
            owner.Report(member, $"must name a field of the type {type}");
        return field;
    }
}
