using System.Text.Json.Nodes;

namespace Hub.Sync.Jira.Writing;

/// <summary>
/// Plain text as an Atlassian document: a blank line parts paragraphs, other line ends stay where they are. Nothing in it is taken for markup, and
/// <see cref="Text.AdfReader"/> gives the same text back.
/// </summary>
internal static class AdfDocument
{
    public static JsonObject Of(string text)
    {
        var paragraphs = text.ReplaceLineEndings("\n").Split("\n\n").Select(block => block.Trim('\n')).Where(block => block.Length > 0);
        return new JsonObject { ["type"] = "doc", ["version"] = 1, ["content"] = new JsonArray([.. paragraphs.Select(Paragraph)]) };
    }

    private static JsonObject Paragraph(string block)
    {
        var content = new JsonArray();
        foreach (var line in block.Split('\n'))
        {
            if (content.Count > 0)
                content.Add(new JsonObject { ["type"] = "hardBreak" });
            // An empty text node is refused.
            if (line.Length > 0)
                content.Add(new JsonObject { ["type"] = "text", ["text"] = line });
        }

        return new JsonObject { ["type"] = "paragraph", ["content"] = content };
    }
}
