using System.Collections;
using System.Text.Json;

namespace Hub.SharedKernel.Problems;

/// <summary>What a value that could not be read should have been, in words for whoever sent it.</summary>
public static class ExpectedValue
{
    private const string Unknown = "has the wrong type";

    private static readonly Dictionary<Type, string> Rules = new()
    {
        [typeof(string)] = "must be a text",
        [typeof(bool)] = "must be true or false",
        [typeof(int)] = "must be a whole number between -2147483648 and 2147483647",
        [typeof(long)] = "must be a whole number",
        [typeof(double)] = "must be a number",
        [typeof(decimal)] = "must be a number",
        [typeof(DateTimeOffset)] = "must be a time such as 2026-01-31T12:00:00Z",
        [typeof(DateOnly)] = "must be a day such as 2026-01-31",
        [typeof(Guid)] = "must be a UUID",
    };

    // As C# writes them, which is how the framework names them where it binds parameters.
    private static readonly Dictionary<string, Type> Keywords = new(StringComparer.Ordinal)
    {
        ["string"] = typeof(string), ["bool"] = typeof(bool), ["int"] = typeof(int), ["long"] = typeof(long), ["double"] = typeof(double), ["decimal"] = typeof(decimal),
        [nameof(DateTimeOffset)] = typeof(DateTimeOffset), [nameof(DateOnly)] = typeof(DateOnly), [nameof(Guid)] = typeof(Guid),
    };

    public static string Of(Type type)
    {
        var value = Nullable.GetUnderlyingType(type) ?? type;
        return Rules.TryGetValue(value, out var rule) ? rule
            : value.IsEnum ? $"must be one of: {string.Join(", ", Enum.GetNames(value).Select(JsonNamingPolicy.SnakeCaseLower.ConvertName))}"
            : value.IsAssignableTo(typeof(IDictionary)) || !value.IsAssignableTo(typeof(IEnumerable)) ? "must be an object"
            : "must be a list";
    }

    /// <param name="name">The type's name as a message of the framework has it.</param>
    public static string Of(string name) => Find(name) is { } type ? Of(type) : Unknown;

    /// <summary>The same of a member of the type that is named: of what a constructor takes, the JSON reader names the whole.</summary>
    /// <param name="name">The type's name as a message of the framework has it.</param>
    /// <param name="member">The member as JSON has it.</param>
    public static string OfMember(string name, string member)
    {
        var type = Find(name);
        if (type is null || IsPlain(type))
            return Of(name);
        var found = type.GetProperties().FirstOrDefault(property => JsonNamingPolicy.SnakeCaseLower.ConvertName(property.Name) == member)?.PropertyType;
        return Of(found is not null && IsPlain(Nullable.GetUnderlyingType(found) ?? found) ? found : type);
    }

    private static bool IsPlain(Type type) => type.IsEnum || Rules.ContainsKey(type);

    private static Type? Find(string name)
    {
        var inner = name.Replace("System.Nullable`1[", "Nullable<", StringComparison.Ordinal);
        if (inner.StartsWith("Nullable<", StringComparison.Ordinal))
            inner = inner["Nullable<".Length..^1];
        return Keywords.GetValueOrDefault(inner) ?? Type.GetType(inner)
            ?? AppDomain.CurrentDomain.GetAssemblies().Where(assembly => !assembly.IsDynamic).Select(assembly => assembly.GetType(inner)).FirstOrDefault(found => found is not null);
    }
}
