using FluentValidation;

namespace Hub.Integrations.Scopes;

/// <summary>What a name must be that people give to scopes and keys.</summary>
internal static class NameRules
{
    public static IRuleBuilderOptions<T, string?> IsName<T>(this IRuleBuilder<T, string?> rule) => rule
        .Must(name => !string.IsNullOrWhiteSpace(name)).WithMessage("must not be empty")
        .Must(name => name is null or { Length: <= 200 }).WithMessage("must have at most 200 characters")
        .Must(name => name is null || !name.Any(char.IsControl)).WithMessage("must not hold control characters such as line breaks")
        .Must(name => name is null || !name.Any(TurnsText)).WithMessage("must not hold characters that turn the direction of text");

    // With these a name can look like another one (Unicode Technical Report 36).
    private static bool TurnsText(char c) => c is (>= '\u202a' and <= '\u202e') or (>= '\u2066' and <= '\u2069') or '\u2028' or '\u2029';

    public static IRuleBuilderOptions<T, string?> IsSlug<T>(this IRuleBuilder<T, string?> rule) => rule
        .Must(slug => slug is null || Slug.IsValid(slug)).WithMessage(Slug.Rule);
}
