using System.Text.Json;

namespace Hub.Integrations.ProjectConfig;

internal static class FormValues
{
    /// <summary>The texts that were sent, by field.</summary>
    public static Dictionary<string, JsonElement> Of(params ReadOnlySpan<(string Field, string? Text)> texts)
    {
        var values = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        foreach (var (field, text) in texts)
            if (text is not null)
                values[field] = JsonSerializer.SerializeToElement(text);
        return values;
    }
}
