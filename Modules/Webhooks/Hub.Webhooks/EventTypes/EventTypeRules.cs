using System.Text.Json;
using FluentValidation;
using Hub.SharedKernel.Text;

namespace Hub.Webhooks.EventTypes;

/// <summary>Rules for the members that several requests share.</summary>
internal static class EventTypeRules
{
    private const int MaxBytes = 64 * 1024;

    public static void IsPayloadSchema<T>(this IRuleBuilder<T, JsonElement?> rule) => rule.Custom((schema, context) =>
    {
        if (schema is not { ValueKind: not JsonValueKind.Null } given)
            return;
        var wrong = given.GetRawText().Length > MaxBytes || !StorableText.Everywhere(given) ? $"must have at most 64 KB, {StorableText.Rule}" : PayloadSchema.Refusal(given);
        if (wrong is not null)
            context.AddFailure(wrong);
    });

    public static IRuleBuilderOptions<T, JsonElement?> IsExample<T>(this IRuleBuilder<T, JsonElement?> rule) =>
        rule.Must(example => example is null or { ValueKind: JsonValueKind.Null }
            || (example is { ValueKind: JsonValueKind.Object } json && json.GetRawText().Length <= MaxBytes && StorableText.Everywhere(json)))
            .WithMessage("must be an object of at most 64 KB");
}
