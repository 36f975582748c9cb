using System.Text.Json;

namespace Hub.FakeJira;

/// <summary>The document tree of the third API version, from and to the small part of wiki markup that the fake writes.</summary>
static class Adf
{
    public static void Write(Utf8JsonWriter json, string wiki)
    {
        json.WriteStartObject();
        json.WriteString("type", "doc");
        json.WriteNumber("version", 1);
        json.WriteStartArray("content");
        foreach (var block in Blocks(wiki)) Block(json, block);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    /// <summary>The text of a document, or null when this is not one.</summary>
    public static string? Text(JsonElement document) =>
        document.ValueKind == JsonValueKind.Object && document.TryGetProperty("type", out var type) && type.GetString() == "doc"
            ? string.Join("\n\n", Children(document).Select(BlockText))
            : null;

    static IEnumerable<string> Blocks(string wiki)
    {
        var parts = wiki.ReplaceLineEndings("\n").Split("{code}");
        for (var i = 0; i < parts.Length; i++)
        {
            if (i % 2 == 1) yield return "{code}" + parts[i].Trim('\n');
            else foreach (var block in parts[i].Split("\n\n", StringSplitOptions.RemoveEmptyEntries)) yield return block.Trim('\n');
        }
    }

    static void Block(Utf8JsonWriter json, string block)
    {
        if (block.Length == 0) return;
        if (block.StartsWith("{code}", StringComparison.Ordinal)) Node(json, "codeBlock", () => TextNode(json, block["{code}".Length..]));
        else if (block.Length > 4 && block[0] == 'h' && block[2..4] == ". ") Heading(json, block[1] - '0', block[4..]);
        else if (block.StartsWith("* ", StringComparison.Ordinal)) Bullets(json, block);
        else Node(json, "paragraph", () => Lines(json, block));
    }

    static void Heading(Utf8JsonWriter json, int level, string text)
    {
        json.WriteStartObject();
        json.WriteString("type", "heading");
        json.WriteStartObject("attrs");
        json.WriteNumber("level", level);
        json.WriteEndObject();
        json.WriteStartArray("content");
        TextNode(json, text);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    static void Bullets(Utf8JsonWriter json, string block) => Node(json, "bulletList", () =>
    {
        foreach (var item in block.Split('\n'))
            Node(json, "listItem", () => Node(json, "paragraph", () => TextNode(json, item.TrimStart('*', ' '))));
    });

    static void Lines(Utf8JsonWriter json, string block)
    {
        var lines = block.Split('\n');
        for (var i = 0; i < lines.Length; i++)
        {
            if (i > 0) Leaf(json, "hardBreak");
            if (lines[i].Length > 0) TextNode(json, lines[i]);
        }
    }

    static void Node(Utf8JsonWriter json, string type, Action content)
    {
        json.WriteStartObject();
        json.WriteString("type", type);
        json.WriteStartArray("content");
        content();
        json.WriteEndArray();
        json.WriteEndObject();
    }

    static void TextNode(Utf8JsonWriter json, string text)
    {
        json.WriteStartObject();
        json.WriteString("type", "text");
        json.WriteString("text", text);
        json.WriteEndObject();
    }

    static void Leaf(Utf8JsonWriter json, string type)
    {
        json.WriteStartObject();
        json.WriteString("type", type);
        json.WriteEndObject();
    }

    static string BlockText(JsonElement node) => Kind(node) switch
    {
        "text" => node.GetProperty("text").GetString()!,
        "hardBreak" => "\n",
        "heading" => $"h{node.GetProperty("attrs").GetProperty("level").GetInt32()}. {Inner(node)}",
        "codeBlock" => $"{{code}}\n{Inner(node)}\n{{code}}",
        "bulletList" => string.Join('\n', Children(node).Select(item => $"* {Inner(item)}")),
        "mention" => node.GetProperty("attrs").GetProperty("text").GetString()!,
        "inlineCard" => node.GetProperty("attrs").GetProperty("url").GetString()!,
        _ => Inner(node),
    };

    static string Inner(JsonElement node) => string.Concat(Children(node).Select(BlockText));

    static string? Kind(JsonElement node) => node.TryGetProperty("type", out var type) ? type.GetString() : null;

    static JsonElement.ArrayEnumerator Children(JsonElement node) =>
        node.TryGetProperty("content", out var content) && content.ValueKind == JsonValueKind.Array ? content.EnumerateArray() : default;
}
