using System.Runtime.InteropServices;
using System.Text.Json;
using FluentValidation;
using Hub.SharedKernel.Text;

namespace Hub.Integrations.Rulesets;

/// <summary>What the members of a ruleset must be. The refusals are shared with imports.</summary>
internal static class RulesetRules
{
    public const int MaxDescription = 10_000;
    public const int MaxRuleBytes = 256 * 1024;

    /// <returns>What is wrong with a description; null when nothing is.</returns>
    public static string? DescriptionRefusal(string? text) =>
        text is null ? null
        : text.Length > MaxDescription ? $"must have at most {MaxDescription} characters"
        : text.Contains('\0') ? StorableText.Rule
        : null;

    /// <returns>What is wrong with rules: they are a text, or a JSON object or array.</returns>
    public static string? RuleRefusal(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Undefined or JsonValueKind.Null => null,
        JsonValueKind.String or JsonValueKind.Object or JsonValueKind.Array => TooLargeOrUnstorable(value),
        _ => "must be a text, or a JSON object or array",
    };

    /// <returns>What is wrong with mode settings.</returns>
    public static string? SettingsRefusal(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Undefined or JsonValueKind.Null => null,
        JsonValueKind.Object => TooLargeOrUnstorable(value),
        _ => "must be a JSON object",
    };

    public static void IsRule<T>(this IRuleBuilderInitial<T, JsonElement> rule) => rule.Custom((value, context) => Refuse(context, RuleRefusal(value)));

    public static void IsSettings<T>(this IRuleBuilderInitial<T, JsonElement> rule) => rule.Custom((value, context) => Refuse(context, SettingsRefusal(value)));

    public static void IsRule<T>(this IRuleBuilderInitial<T, JsonElement?> rule) =>
        rule.Custom((value, context) => Refuse(context, RuleRefusal(value.GetValueOrDefault())));

    public static void IsSettings<T>(this IRuleBuilderInitial<T, JsonElement?> rule) =>
        rule.Custom((value, context) => Refuse(context, SettingsRefusal(value.GetValueOrDefault())));

    public static void Refuse<T>(ValidationContext<T> context, string? refusal)
    {
        if (refusal is not null)
            context.AddFailure(refusal);
    }

    /// <summary>Null and what was not sent are the same to what is stored.</summary>
    public static JsonElement? OrNothing(this JsonElement value) =>
        value.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null ? null : value;

    private static string? TooLargeOrUnstorable(JsonElement value) =>
        JsonMarshal.GetRawUtf8Value(value).Length > MaxRuleBytes ? $"must have at most {MaxRuleBytes / 1024} KB"
        : StorableText.Everywhere(value) ? null
        : StorableText.Rule;
}
