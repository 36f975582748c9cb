using System.Globalization;
using System.Text.Json;

namespace Hub.Integrations.Calls;

/// <summary>Renders templates that read an answer: paths, <c>count()</c>, <c>header()</c>, <c>{status}</c> and fields that are not secret.</summary>
internal static class AnswerTemplate
{
    private const string Count = "count(";
    private const string Header = "header(";

    public static Rendered Render(string template, Answer answer, CallContext context) =>
        Template.Render(template, (placeholder, _) => FromAnswer(placeholder, answer) ?? context.Values.Shown(placeholder));

    /// <summary>An address made of an answer: what comes from it is percent-encoded; the placeholders of the configuration stay for later.</summary>
    public static string RenderAddress(string template, Answer answer) =>
        Template.Render(template, (placeholder, _) =>
            IsOfAnswer(placeholder) ? Uri.EscapeDataString(FromAnswer(placeholder, answer) ?? "") : $"{{{placeholder}}}").Text;

    private static bool IsOfAnswer(string placeholder) =>
        placeholder is "status" || placeholder.StartsWith('$')
        || placeholder.StartsWith(Count, StringComparison.Ordinal) || placeholder.StartsWith(Header, StringComparison.Ordinal);

    private static string? FromAnswer(string placeholder, Answer answer) => placeholder switch
    {
        "status" => answer.Status.ToString(CultureInfo.InvariantCulture),
        _ when placeholder.StartsWith(Count, StringComparison.Ordinal) => Counted(JsonPaths.Read(answer.Body, placeholder[Count.Length..^1])),
        _ when placeholder.StartsWith(Header, StringComparison.Ordinal) => answer.Response.Header(placeholder[Header.Length..^1]),
        _ when placeholder.StartsWith('$') => JsonPaths.Text(JsonPaths.Read(answer.Body, placeholder)),
        _ => null,
    };

    // Providers leave an empty list out.
    private static string Counted(JsonElement? list) =>
        (list is { ValueKind: JsonValueKind.Array } items ? items.GetArrayLength() : 0).ToString(CultureInfo.InvariantCulture);
}
