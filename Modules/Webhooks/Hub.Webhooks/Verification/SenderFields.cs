using System.Text.Json;

namespace Hub.Webhooks.Verification;

/// <summary>A sender's configuration as texts: settings that templates may name, and secrets. Never logged or shown.</summary>
internal sealed class SenderFields(IReadOnlyDictionary<string, JsonElement> settings, IReadOnlyDictionary<string, string> secrets)
{
    /// <returns>The setting as text; null when it is not set or empty.</returns>
    public string? Setting(string field)
    {
        if (!settings.TryGetValue(field, out var value))
            return null;
        var text = value.ValueKind switch
        {
            JsonValueKind.String => value.GetString(),
            JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False => value.GetRawText(),
            _ => null,
        };
        return string.IsNullOrEmpty(text) ? null : text;
    }

    /// <returns>The secret; null when it is not set or empty, for an empty key signs for anyone.</returns>
    public string? Secret(string? field) => field is not null && secrets.TryGetValue(field, out var value) && value.Length > 0 ? value : null;

    /// <summary>Turns <c>{field}</c> into that setting's text; any other text stands for itself.</summary>
    public string? Resolve(string? template) => template is ['{', .. var field, '}'] ? Setting(field) : template;

    /// <summary>Whether a text gives one of the secrets away.</summary>
    public bool Reveals(string text) => secrets.Values.Any(secret => secret.Length > 0 && text.Contains(secret, StringComparison.Ordinal));

    public override string ToString() => nameof(SenderFields);
}
