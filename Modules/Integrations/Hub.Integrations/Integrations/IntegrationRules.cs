using FluentValidation;
using Hub.SharedKernel.Access;
using Hub.SharedKernel.Problems;

namespace Hub.Integrations.Integrations;

/// <summary>Rules for the members that several requests share.</summary>
internal static class IntegrationRules
{
    public static IRuleBuilderOptions<T, int?> IsPriority<T>(this IRuleBuilder<T, int?> rule) =>
        rule.Must(priority => priority is null or (>= 1 and <= 1000)).WithMessage("must be between 1 and 1000");

    public static IRuleBuilderOptions<T, string?> IsSecretSource<T>(this IRuleBuilder<T, string?> rule) =>
        rule.Must(source => source is null or SecretSources.Stored or SecretSources.Environment).WithMessage("must be stored or environment");

    /// <summary>A filter value that the database can compare with.</summary>
    public static IRuleBuilderOptions<T, string?> IsPlainText<T>(this IRuleBuilder<T, string?> rule) =>
        rule.Must(text => text is null || !text.Any(char.IsControl)).WithMessage("must not hold control characters");
}

/// <summary>
/// Secrets of the process belong to whoever runs it: only platform admins may point an integration at them, or change where such an integration
/// sends them.
/// </summary>
internal static class SecretSourceRights
{
    public static void RequireFor(Caller caller, string before, string after)
    {
        if ((before is SecretSources.Environment || after is SecretSources.Environment) && !(caller.IsPlatform && caller.Role is Role.Admin))
            throw new ForbiddenException("Only platform admins may create or change integrations that take their secrets from the environment.");
    }
}
