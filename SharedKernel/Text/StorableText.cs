using System.Text.Json;

namespace Hub.SharedKernel.Text;

/// <summary>
/// What JSON can say and the database cannot keep: the character NUL, halves of surrogate pairs, and numbers beyond any range; and nesting so deep that readers
/// refuse it, who stop at 64 with what it is wrapped in.
/// </summary>
public static class StorableText
{
    public const string Rule = "must be valid Unicode text without NUL characters";
    private const int MostDepth = 60;

    /// <returns>Whether a JSON text can be kept.</returns>
    public static bool Of(JsonElement value, out string text)
    {
        try
        {
            text = value.GetString()!;
            return !text.Contains('\0');
        }
        catch (InvalidOperationException)
        {
            text = "";
            return false;
        }
    }

    /// <summary>The same of every text, name and number in the value.</summary>
    public static bool Everywhere(JsonElement value) => Everywhere(value, 1);

    private static bool Everywhere(JsonElement value, int depth) => value.ValueKind switch
    {
        JsonValueKind.String => Of(value, out _),
        JsonValueKind.Array => depth <= MostDepth && value.EnumerateArray().All(one => Everywhere(one, depth + 1)),
        JsonValueKind.Object => depth <= MostDepth && value.EnumerateObject().All(member => Name(member) && Everywhere(member.Value, depth + 1)),
        JsonValueKind.Number => value.TryGetDouble(out var number) && double.IsFinite(number),
        _ => true,
    };

    /// <summary>A message for people from words of others: one line, at most 500 characters.</summary>
    public static string OneLine(string text)
    {
        const int longest = 500;
        var line = new string([.. text.Where(c => !char.IsControl(c))]);
        if (line.Length <= longest)
            return line;
        return line[..(char.IsHighSurrogate(line[longest - 1]) ? longest - 1 : longest)] + "...";
    }

    private static bool Name(JsonProperty member)
    {
        try
        {
            return !member.Name.Contains('\0');
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }
}
