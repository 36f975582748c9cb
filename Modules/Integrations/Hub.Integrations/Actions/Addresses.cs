using System.Text.Json;
using Hub.Integrations.Smtp.Messages;
using Hub.SharedKernel.Text;

namespace Hub.Integrations.Actions;

/// <summary>Reads recipients: one text, or a list of them.</summary>
internal static class Addresses
{
    public const int Most = 100;

    /// <param name="field">As the client wrote it, for errors.</param>
    /// <param name="value">A text or an array of texts; absent and null are none.</param>
    /// <param name="errors">Gets what is wrong, by JSON path.</param>
    public static IReadOnlyList<MailAddress> Read(string field, JsonElement? value, IDictionary<string, string[]> errors)
    {
        switch (value)
        {
            case null or { ValueKind: JsonValueKind.Null or JsonValueKind.Undefined }:
                return [];
            case { ValueKind: JsonValueKind.String } one:
                return One(field, one) is { } single ? [single] : [];
            case { ValueKind: JsonValueKind.Array } list:
                if (list.GetArrayLength() > Most)
                {
                    errors[field] = [$"must have at most {Most} addresses"];
                    return [];
                }

                return [.. list.EnumerateArray().Select((item, at) => One($"{field}[{at}]", item)).OfType<MailAddress>()];
            default:
                errors[field] = ["must be an address or a list of addresses"];
                return [];
        }

        MailAddress? One(string path, JsonElement item)
        {
            var wrong = "must be an e-mail address such as ann@example.com";
            var address = item.ValueKind is JsonValueKind.String && Text(item) is { } text ? MailAddress.Parse(text, out wrong) : null;
            if (address is null)
                errors[path] = [wrong!];
            return address;
        }
    }

    private static string? Text(JsonElement item) => StorableText.Of(item, out var text) ? text : null;
}
