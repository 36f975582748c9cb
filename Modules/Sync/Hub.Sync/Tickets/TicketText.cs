using System.Text.Json;
using Hub.SharedKernel.Text;

namespace Hub.Sync.Tickets;

/// <summary>What texts of tickets must look like, before anything is asked of anybody. Null passes: whether something is needed is said elsewhere.</summary>
internal static class TicketText
{
    public const string SummaryRule = "must be one line of at most 255 characters, without control characters";
    public const string ShortRule = "must be one line of 1-255 characters, without control characters";
    public const string TextRule = "must have at most 32767 characters and no U+0000";
    public const string LabelRule = "must be a label: 1-255 characters without spaces";
    public const string DayRule = "must be a day such as 2026-01-31, or null";

    public static bool IsSummary(string? text) => text is null or "" || (text.Length <= 255 && !text.Any(char.IsControl) && !string.IsNullOrWhiteSpace(text));

    public static bool IsShort(string? text) => text is null || (text.Length <= 255 && !text.Any(char.IsControl) && !string.IsNullOrWhiteSpace(text));

    public static bool IsText(string? text) => text is null || (text.Length <= 32_767 && !text.Contains('\0'));

    public static bool IsLabel(string? text) => text is { Length: > 0 and <= 255 } && !text.Any(c => char.IsWhiteSpace(c) || char.IsControl(c));

    /// <summary>The same of a JSON value that may be absent or null.</summary>
    public static bool Is(JsonElement value, Func<string?, bool> rule) => value.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null
        || (value.ValueKind is JsonValueKind.String && StorableText.Of(value, out var text) && rule(text));

    public static bool AreLabels(JsonElement value) => value.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null
        || (value.ValueKind is JsonValueKind.Array && value.EnumerateArray().All(label => label.ValueKind is JsonValueKind.String && Is(label, IsLabel)));
}
