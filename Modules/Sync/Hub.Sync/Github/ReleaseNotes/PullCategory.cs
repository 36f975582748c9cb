using System.Text.RegularExpressions;

namespace Hub.Sync.Github.ReleaseNotes;

/// <summary>Sorts merged pull requests by their labels, else by the prefix of a conventional commit (conventionalcommits.org 1.0.0) in the title.</summary>
internal static partial class PullCategory
{
    /// <summary>In the order in which notes show them.</summary>
    public static readonly IReadOnlyList<(string Id, string Title)> All =
    [
        ("breaking", "Breaking changes"), ("security", "Security"), ("features", "Features"), ("fixes", "Fixes"), ("performance", "Performance"),
        ("documentation", "Documentation"), ("dependencies", "Dependencies"), ("maintenance", "Maintenance"), ("other", "Other changes"),
    ];

    private static readonly (string Word, string Category)[] LabelWords =
    [
        ("breaking", "breaking"), ("security", "security"), ("dependenc", "dependencies"), ("doc", "documentation"), ("perf", "performance"), ("bug", "fixes"),
        ("fix", "fixes"), ("feature", "features"), ("enhancement", "features"), ("chore", "maintenance"), ("refactor", "maintenance"), ("internal", "maintenance"),
    ];

    public static string Of(string title, IReadOnlyCollection<string> labels)
    {
        var prefix = Conventional().Match(title);
        if (prefix.Groups["breaking"].Success)
            return "breaking";
        foreach (var (word, category) in LabelWords)
            if (labels.Any(label => label.Contains(word, StringComparison.OrdinalIgnoreCase)))
                return category;
        return prefix.Groups["type"].Value.ToLowerInvariant() switch
        {
            "feat" or "feature" => "features",
            "fix" or "bugfix" or "hotfix" => "fixes",
            "perf" => "performance",
            "docs" or "doc" => "documentation",
            "deps" => "dependencies",
            "security" => "security",
            "chore" or "refactor" or "style" or "test" or "build" or "ci" or "revert" => prefix.Groups["scope"].Value.StartsWith("deps", StringComparison.OrdinalIgnoreCase) ? "dependencies" : "maintenance",
            _ => "other",
        };
    }

    [GeneratedRegex(@"^(?<type>[A-Za-z]+)(\((?<scope>[^)]{0,100})\))?(?<breaking>!)?:\s", RegexOptions.CultureInvariant)]
    private static partial Regex Conventional();
}
