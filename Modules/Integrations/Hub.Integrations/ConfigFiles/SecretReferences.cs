using System.Text;
using Microsoft.Extensions.Configuration;

namespace Hub.Integrations.ConfigFiles;

/// <summary>Finds the secrets that a text refers to: in the environment of whoever applies it, or in a file of theirs.</summary>
internal sealed class SecretReferences(IConfiguration configuration)
{
    public const string Rule = "must be env:NAME or file:PATH";
    private const string Environment = "env:";
    private const string File = "file:";
    private const int MaxBytes = 64 * 1024;

    // The hub's own keys must not end up in somebody's configuration.
    private const string Reserved = "HUB_";

    public static bool IsReference(string text) =>
        text.StartsWith(File, StringComparison.Ordinal) && text.Length > File.Length
        || text.StartsWith(Environment, StringComparison.Ordinal) && IsName(text[Environment.Length..]);

    /// <returns>The value; null when it is not there.</returns>
    public string? Find(string reference)
    {
        if (reference.StartsWith(Environment, StringComparison.Ordinal))
            return configuration[reference[Environment.Length..]] is { Length: > 0 } value ? value : null;
        var file = new FileInfo(reference[File.Length..]);
        return file.Exists && file.Length is > 0 and <= MaxBytes ? System.IO.File.ReadAllText(file.FullName).TrimEnd('\r', '\n') : null;
    }

    /// <summary>A name for the environment variable of a secret: scope, name and field in capitals.</summary>
    public static string For(string scope, string name, string field)
    {
        var words = new StringBuilder();
        foreach (var rune in $"{scope}_{name}_{field}".EnumerateRunes())
            if (rune.IsAscii && Rune.IsLetterOrDigit(rune))
                words.Append(Rune.ToUpperInvariant(rune));
            else if (words.Length > 0 && words[^1] != '_')
                words.Append('_');
        var text = words.ToString().Trim('_');
        return Environment + (text.StartsWith(Reserved, StringComparison.Ordinal) || char.IsAsciiDigit(text[0]) ? $"SECRET_{text}" : text);
    }

    private static bool IsName(string name) =>
        name.Length is > 0 and <= 200 && !char.IsAsciiDigit(name[0]) && !name.StartsWith(Reserved, StringComparison.OrdinalIgnoreCase)
        && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '_');
}
