using FluentValidation;

namespace Hub.Integrations.Scopes;

/// <summary>What a name must be that people give to scopes and keys.</summary>
internal static class NameRules
{
    public static IRuleBuilderOptions<T, string?> IsName<T>(this IRuleBuilder<T, string?> rule) => rule
        .Must(name => !string.IsNullOrWhiteSpace(name)).WithMessage("must not be empty")
        .Must(name => name is null or { Length: <= 200 }).WithMessage("must have at most 200 characters")
        .Must(name => name is null || !name.Any(char.IsControl)).WithMessage("must not hold control characters such as line breaks");

    public static IRuleBuilderOptions<T, string?> IsSlug<T>(this IRuleBuilder<T, string?> rule) => rule
        .Must(slug => slug is null || Slug.IsValid(slug)).WithMessage(Slug.Rule);
}
