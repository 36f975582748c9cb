using System.Text.Json;

namespace Hub.Webhooks.Verification;

/// <summary>A sender's configuration as texts: settings that templates may name, and secrets. Never logged or shown.</summary>
/// <param name="settings">By field.</param>
/// <param name="secrets">By field.</param>
/// <param name="former">Secrets that were replaced a short time ago and still prove deliveries, by field.</param>
internal sealed class SenderFields(
    IReadOnlyDictionary<string, JsonElement> settings, IReadOnlyDictionary<string, string> secrets, IReadOnlyDictionary<string, string>? former = null)
{
    // Read once: the rules of a type ask for the same few at each delivery.
    private readonly Dictionary<string, string> texts = TextsOf(settings);

    /// <summary>The same before secrets were replaced; null when none was. A field that has no secret any more has no former one either.</summary>
    public SenderFields? Former { get; } = former is not { Count: > 0 } ? null : new SenderFields(
        settings, secrets.ToDictionary(secret => secret.Key, secret => former.GetValueOrDefault(secret.Key, secret.Value), StringComparer.Ordinal));

    /// <returns>The setting as text; null when it is not set or empty.</returns>
    public string? Setting(string field) => texts.GetValueOrDefault(field);

    /// <returns>The secret; null when it is not set or empty, for an empty key signs for anyone.</returns>
    public string? Secret(string? field) => field is not null && secrets.TryGetValue(field, out var value) && value.Length > 0 ? value : null;

    /// <summary>Turns <c>{field}</c> into that setting's text; any other text stands for itself.</summary>
    public string? Resolve(string? template) => template is ['{', .. var field, '}'] ? Setting(field) : template;

    /// <summary>Whether a text gives one of the secrets away.</summary>
    public bool Reveals(string text) => secrets.Values.Any(secret => secret.Length > 0 && text.Contains(secret, StringComparison.Ordinal))
        || Former?.Reveals(text) is true;

    public override string ToString() => nameof(SenderFields);

    private static Dictionary<string, string> TextsOf(IReadOnlyDictionary<string, JsonElement> settings)
    {
        var texts = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (field, value) in settings)
        {
            var text = value.ValueKind switch
            {
                JsonValueKind.String => value.GetString(),
                JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False => value.GetRawText(),
                _ => null,
            };
            if (!string.IsNullOrEmpty(text))
                texts[field] = text;
        }

        return texts;
    }
}
