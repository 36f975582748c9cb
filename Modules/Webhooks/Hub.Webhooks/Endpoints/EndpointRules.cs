using System.Net.Mail;
using System.Text.Json;
using System.Text.RegularExpressions;
using FluentValidation;
using Hub.SharedKernel.Text;

namespace Hub.Webhooks.Endpoints;

/// <summary>Rules for the members that several requests share.</summary>
internal static partial class EndpointRules
{
    public const int MaxUrl = 2000;
    private const int MaxTypes = 100;
    private const int MaxFilterBytes = 16 * 1024;

    public static IRuleBuilderOptions<T, string?> IsEndpointUrl<T>(this IRuleBuilder<T, string?> rule) => rule.Must(IsAddress)
        .WithMessage("must be an address that begins with https:// or http://, without user name, password and fragment, of at most 2000 characters");

    public static IRuleBuilderOptions<T, IReadOnlyList<string>?> AreEventTypes<T>(this IRuleBuilder<T, IReadOnlyList<string>?> rule) =>
        rule.Must(types => types is null || (types.Count <= MaxTypes && types.All(type => type is not null && Wanted().IsMatch(type))))
            .WithMessage("must be at most 100 names such as ticket.created or ticket.*; none for all");

    public static IRuleBuilderOptions<T, string> IsEventType<T>(this IRuleBuilder<T, string> rule) =>
        rule.Must(type => type is not null && Name().IsMatch(type)).WithMessage("must be words of a-z, 0-9 and _, joined by dots, such as invoice.paid");

    public static IRuleBuilderOptions<T, JsonElement?> IsFilter<T>(this IRuleBuilder<T, JsonElement?> rule) =>
        rule.Must(filter => filter is null or { ValueKind: JsonValueKind.Null }
            || (filter is { ValueKind: JsonValueKind.Object } json && json.GetRawText().Length <= MaxFilterBytes && StorableText.Everywhere(json)))
            .WithMessage("must be an object that the data of a message contains, such as {\"status\": \"Done\"}, of at most 16 KB");

    public static IRuleBuilderOptions<T, int?> IsRateLimit<T>(this IRuleBuilder<T, int?> rule) =>
        rule.Must(rate => rate is null or (>= 1 and <= 1000)).WithMessage("must be between 1 and 1000 deliveries a second");

    public static IRuleBuilderOptions<T, string?> IsOrdering<T>(this IRuleBuilder<T, string?> rule) =>
        rule.Must(ordering => ordering is null or "none" or "entity").WithMessage("must be none or entity");

    public static IRuleBuilderOptions<T, string?> IsDescription<T>(this IRuleBuilder<T, string?> rule) =>
        rule.Must(text => text is null || (text.Length <= 500 && !text.Any(char.IsControl))).WithMessage("must be one line of at most 500 characters");

    public static IRuleBuilderOptions<T, string?> IsContact<T>(this IRuleBuilder<T, string?> rule) =>
        rule.Must(address => address is null || IsContact(address)).WithMessage("must be one e-mail address such as ann@example.com, of at most 254 characters");

    /// <summary><c>*</c> is another word for all.</summary>
    public static string[] Normal(IReadOnlyList<string>? types) => types is null || types.Contains("*") ? [] : [.. types.Distinct(StringComparer.Ordinal)];

    private static bool IsAddress(string? text) =>
        text is { Length: <= MaxUrl } && Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "https" or "http"
        && url.Host.Length > 0 && url.UserInfo.Length == 0 && url.Fragment.Length == 0 && !text.Any(char.IsControl);

    private static bool IsContact(string address) =>
        address.Length <= 254 && address.All(c => c > ' ' && !char.IsControl(c) && c is not (',' or ';' or '<' or '>' or '"'))
        && MailAddress.TryCreate(address, out var read) && read.Address == address && read.Host.Contains('.', StringComparison.Ordinal);

    [GeneratedRegex(@"^[a-z][a-z0-9_]{0,62}(\.[a-z0-9_]{1,63}){1,5}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Name();

    [GeneratedRegex(@"^(\*|[a-z][a-z0-9_]{0,62}(\.[a-z0-9_]{1,63}){1,5}|[a-z][a-z0-9_]{0,62}\.\*)\z", RegexOptions.CultureInvariant)]
    private static partial Regex Wanted();
}
