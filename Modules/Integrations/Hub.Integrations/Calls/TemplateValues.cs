using System.Globalization;
using System.Text.Json;
using Hub.Integrations.Health;
using Hub.Integrations.Integrations;
using Hub.Schemas.Contracts;

namespace Hub.Integrations.Calls;

/// <summary>What placeholders in a request stand for: fields, variables, times, and members of the last token answer.</summary>
internal sealed class TemplateValues(EffectiveConfiguration subject, AuthDescription auth, TimeProvider time)
{
    // Variables may be made of variables; a document that makes one of itself must end somewhere.
    private const int MaxDepth = 4;
    private const string Token = "token.";

    private readonly Dictionary<string, FieldType> types = subject.Schema.Fields.ToDictionary(field => field.Name, field => field.Type, StringComparer.Ordinal);

    /// <summary>The answer that brought the token; for <c>{token.instance_url}</c>.</summary>
    public JsonElement? TokenAnswer { get; set; }

    public bool Holds(When? condition) => condition switch
    {
        null => true,
        { Present: { } present } => Field(condition.Field) is not null == present,
        { Values: { } values } => Field(condition.Field) is { } value && values.Contains(value, StringComparer.Ordinal),
        _ => false,
    };

    /// <summary>As it is, for headers and bodies.</summary>
    public Rendered Plain(string template) => Template.Render(template, (placeholder, _) => Value(placeholder, 0, address: false));

    /// <summary>Percent-encoded where it must be, for addresses.</summary>
    public Rendered Address(string template) => Template.Render(template, (placeholder, at) => InAddress(placeholder, at, template));

    /// <summary>The value of a field as JSON; null when it is not set or a text.</summary>
    public JsonElement? Json(string field) =>
        subject.Settings.TryGetValue(field, out var value) && value.ValueKind is not (JsonValueKind.String or JsonValueKind.Null) ? value : null;

    public string? Field(string name) =>
        subject.Secret(name) is { Length: > 0 } secret ? secret
        : subject.Settings.TryGetValue(name, out var value) && value.ValueKind is not JsonValueKind.Null
            ? value.ValueKind is JsonValueKind.String ? value.GetString() is { Length: > 0 } text ? text : null : value.GetRawText()
        : null;

    /// <summary>A field or variable for text that people see; never a secret.</summary>
    public string? Shown(string name) => subject.Secret(name) is null ? Value(name, 0, address: false) : null;

    private string? InAddress(string placeholder, int at, string template)
    {
        var name = placeholder.TrimStart('+');
        if (Value(name, 0, address: true) is not { } value)
            return null;
        if (name.StartsWith(Token, StringComparison.Ordinal) || name.EndsWith(')') || auth.Variables?.ContainsKey(name) == true)
            return Joined(value, at, placeholder, template);
        var type = types.GetValueOrDefault(name);
        if (type is FieldType.Url || (type is FieldType.Secret && at == 0))
            return Joined(value.Trim(), at, placeholder, template);
        if (value.Split('/').Any(part => part is "." or ".."))
            throw new CallFailed(
                FailureReason.Config, $"The value of {name} would lead to another address: it must not be . or .. or hold them as a part of a path.");
        return placeholder.StartsWith('+') ? string.Join('/', value.Split('/').Select(Uri.EscapeDataString)) : Uri.EscapeDataString(value);
    }

    private static string Joined(string value, int at, string placeholder, string template)
    {
        var next = at + placeholder.Length + 2;
        return next < template.Length && template[next] == '/' ? value.TrimEnd('/') : value;
    }

    private string? Value(string name, int depth, bool address)
    {
        if (PartOf(name) is { } part)
            return part;
        if (name.StartsWith('@'))
            return Time(name).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        if (name.StartsWith(Token, StringComparison.Ordinal))
            return JsonPaths.Text(JsonPaths.Read(TokenAnswer, $"$.{name[Token.Length..]}"));
        if (auth.Variables?.GetValueOrDefault(name) is not { } variable)
            return Field(name);
        if (depth > MaxDepth || Field(variable.Field) is not { } key || !variable.Map.TryGetValue(key, out var template))
            return null;
        return Template.Render(template, (inner, at) =>
            address && auth.Variables?.ContainsKey(inner) != true ? InAddress(inner, at, template) : Value(inner, depth + 1, address)).OrNull;
    }

    // {host(field)} and {path(field)}.
    private string? PartOf(string name)
    {
        var host = name.StartsWith("host(", StringComparison.Ordinal);
        if (!host && !name.StartsWith("path(", StringComparison.Ordinal))
            return null;
        if (!Uri.TryCreate(Field(name[5..^1]), UriKind.Absolute, out var url))
            return "";
        return host ? url.Host : url.AbsolutePath.TrimEnd('/');
    }

    private DateTimeOffset Time(string name)
    {
        var now = time.GetUtcNow();
        if (!name.StartsWith("@now-", StringComparison.Ordinal) || !int.TryParse(name.AsSpan(5, name.Length - 6), CultureInfo.InvariantCulture, out var amount))
            return now;
        return now - name[^1] switch
        {
            's' => TimeSpan.FromSeconds(amount),
            'm' => TimeSpan.FromMinutes(amount),
            'h' => TimeSpan.FromHours(amount),
            _ => TimeSpan.FromDays(amount),
        };
    }
}
