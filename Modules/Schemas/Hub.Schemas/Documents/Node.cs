using System.Text.Json;
using System.Text.RegularExpressions;

namespace Hub.Schemas.Documents;

/// <summary>A place in a document under examination. Reading through it reports what does not fit and goes on, so that one pass finds everything.</summary>
internal readonly struct Node(JsonElement value, string path, Findings findings)
{
    private const int MaxTexts = 500;

    public JsonElement Value { get; } = value;

    public JsonValueKind Kind => Value.ValueKind;

    public void Report(string message) => findings.Add(path is "" ? "$" : path, message);

    public void Report(string member, string message) => findings.Add(Below(member), message);

    /// <summary>The member, or null where it is absent, JSON null, or this is no object.</summary>
    public Node? Member(string name) =>
        Kind is JsonValueKind.Object && Value.TryGetProperty(name, out var member) && member.ValueKind is not JsonValueKind.Null
            ? new Node(member, Below(name), findings)
            : null;

    public IEnumerable<(string Name, Node Node)> Members()
    {
        if (!IsObject())
            yield break;
        foreach (var member in Value.EnumerateObject())
            yield return (member.Name, new Node(member.Value, Below(member.Name), findings));
    }

    public IEnumerable<Node> Items()
    {
        if (Kind is not JsonValueKind.Array)
        {
            Report("must be a list");
            yield break;
        }

        var index = 0;
        foreach (var item in Value.EnumerateArray())
            yield return new Node(item, $"{path}[{index++}]", findings);
    }

    /// <summary>An object with no other members than these.</summary>
    public bool IsObject(params ReadOnlySpan<string> known)
    {
        if (Kind is not JsonValueKind.Object)
        {
            Report("must be an object");
            return false;
        }

        if (known.IsEmpty)
            return true;
        foreach (var member in Value.EnumerateObject())
            if (!known.Contains(member.Name))
                Report(member.Name, $"is not known here; known are {string.Join(", ", known.ToArray())}");
        return true;
    }

    public string? Text(int max = 500)
    {
        if (Kind is not JsonValueKind.String)
        {
            Report("must be text");
            return null;
        }

        var text = Value.GetString()!;
        if (text.Length > max)
            Report($"must have at most {max} characters");
        else if (text.Any(character => char.IsControl(character) && character is not '\n'))
            Report("must not hold control characters");
        else
            return text;
        return null;
    }

    public string? Text(string member, bool required = false, Regex? form = null, string? hint = null, int max = 500)
    {
        if (Demanded(member, required) is not { } node || node.Text(max) is not { } text)
            return null;
        if (required && string.IsNullOrWhiteSpace(text))
            node.Report("must not be empty");
        else if (form is not null && !form.IsMatch(text))
            node.Report(hint ?? "does not have the right form");
        return text;
    }

    public string? OneOf(string member, IReadOnlyCollection<string> allowed, bool required = false)
    {
        if (Demanded(member, required) is not { } node || node.Text() is not { } text)
            return null;
        if (allowed.Contains(text))
            return text;
        node.Report($"must be one of {string.Join(", ", allowed)}");
        return null;
    }

    public bool? Flag(string member, bool required = false)
    {
        if (Demanded(member, required) is not { } node)
            return null;
        if (node.Kind is JsonValueKind.True or JsonValueKind.False)
            return node.Value.GetBoolean();
        node.Report("must be true or false");
        return null;
    }

    public int? Number(string member, int min, int max, bool required = false)
    {
        if (Demanded(member, required) is not { } node)
            return null;
        if (node.Kind is JsonValueKind.Number && node.Value.TryGetInt32(out var number) && number >= min && number <= max)
            return number;
        node.Report($"must be a whole number from {min} to {max}");
        return null;
    }

    public IReadOnlyList<string> Texts(string member, bool required = false)
    {
        if (Demanded(member, required) is not { } node)
            return [];
        if (node.Kind is JsonValueKind.Array && node.Value.GetArrayLength() > MaxTexts)
        {
            node.Report($"must have at most {MaxTexts} entries");
            return [];
        }

        var texts = new List<string>();
        foreach (var item in node.Items())
            if (item.Text() is { } text)
            {
                if (texts.Contains(text))
                    item.Report("is listed twice");
                texts.Add(text);
            }

        if (required && texts.Count == 0)
            node.Report("must not be empty");
        return texts;
    }

    public Node? Demanded(string member, bool required = true)
    {
        var node = Member(member);
        if (node is null && required && Kind is JsonValueKind.Object)
            Report(member, "is required");
        return node;
    }

    private string Below(string member) => path is "" ? member : $"{path}.{member}";
}
