using System.Text.Json;

namespace Hub.Schemas.Documents;

/// <summary>
/// What JSON can say and neither the hub nor its database can keep: bytes that are no UTF-8, halves of surrogate pairs, the character NUL, numbers beyond
/// any range. Asked first, so that all further rules may read every text.
/// </summary>
internal static class Legibility
{
    private const string TextRule = "must be valid Unicode text without NUL characters";

    /// <returns>Whether everything can be read; what cannot is reported with its path.</returns>
    public static bool Check(JsonElement document, Findings findings)
    {
        var legible = true;
        Walk(document, "");
        return legible;

        void Walk(JsonElement value, string path)
        {
            switch (value.ValueKind)
            {
                case JsonValueKind.String when !IsText(value.GetString):
                    Report(path, TextRule);
                    break;
                case JsonValueKind.Number when !(value.TryGetDouble(out var number) && double.IsFinite(number)):
                    Report(path, "is too large a number");
                    break;
                case JsonValueKind.Array:
                    var index = 0;
                    foreach (var item in value.EnumerateArray())
                        Walk(item, $"{path}[{index++}]");
                    break;
                case JsonValueKind.Object:
                    foreach (var member in value.EnumerateObject())
                        if (IsText(() => member.Name))
                            Walk(member.Value, path is "" ? member.Name : $"{path}.{member.Name}");
                        else
                            Report(path, $"has a member whose name {TextRule}");
                    break;
            }
        }

        void Report(string path, string message)
        {
            legible = false;
            findings.Add(path is "" ? "$" : path, message);
        }
    }

    private static bool IsText(Func<string?> read)
    {
        try
        {
            return !read()!.Contains('\0');
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }
}
