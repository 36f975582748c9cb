using System.Text.Json;
using Hub.SharedKernel.Text;

namespace Hub.Integrations.Imports;

/// <summary>One of the four columns that held a ruleset's sources.</summary>
/// <param name="Name">The column.</param>
/// <param name="Platform">What a search priority may call it.</param>
/// <param name="Types">The types it can become; the first where nothing says which.</param>
/// <param name="Signs">Keys, in normal form, that mean a type other than the first.</param>
internal sealed record OldColumn(string Name, string Platform, IReadOnlyList<string> Types, IReadOnlyDictionary<string, string> Signs)
{
    private static readonly string[] Kinds = ["type", "kind", "mode", "source", "source_type", "content_type"];

    public static readonly IReadOnlyList<OldColumn> All =
    [
        new("notion_config", "notion", ["notion_pages", "notion_database"], Of("notion_database", "database_id", "database", "db_id", "data_source_id")),
        new("azure_devops_config", "azure_devops", ["azure_devops_wiki", "azure_devops_repos"],
            Of("azure_devops_repos", "repository", "repo", "repository_id", "repo_id", "repository_name", "repo_name", "repositories")),
        new("github_config", "github", ["github_repos", "github_wiki"], Of("github_wiki", "wiki", "use_wiki", "include_wiki", "is_wiki")),
        new("dynatrace_config", "dynatrace", ["dynatrace_logs"], new Dictionary<string, string>()),
    ];

    /// <summary>Which type the values are of, and which keys only said so.</summary>
    public (string Type, IReadOnlySet<string> Consumed) Choose(IReadOnlyList<KeyValuePair<string, JsonElement>> members)
    {
        var consumed = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (key, value) in members.Where(member => Kinds.Contains(OldKeys.Normal(member.Key))))
            if (OldJson.Word(value) is { } word && Types.FirstOrDefault(type => OldKeys.Normal(word) is var kind && (kind == type || Ends(type, kind))) is { } named)
                return (named, consumed.Append(key).ToHashSet(StringComparer.Ordinal));
        foreach (var (key, value) in members)
        {
            var normal = OldKeys.Normal(key);
            var sign = Signs.GetValueOrDefault(normal) ?? Signs.GetValueOrDefault(Stripped(normal));
            if (sign is null || OldJson.IsNothing(value) || IsBlank(value))
                continue;
            // A mere switch says which type it is and nothing else: {"wiki": true}.
            if (value.ValueKind is JsonValueKind.True or JsonValueKind.False)
                consumed.Add(key);
            if (value.ValueKind is not JsonValueKind.False)
                return (sign, consumed);
        }

        return (Types[0], consumed);
    }

    private string Stripped(string normal) => normal.StartsWith($"{Platform}_", StringComparison.Ordinal) ? normal[(Platform.Length + 1)..] : normal;

    // wiki, wikis, repo, repos, page, pages, database.
    private static bool Ends(string type, string kind) =>
        kind.Length >= 4 && type[(type.LastIndexOf('_') + 1)..].TrimEnd('s') == kind.TrimEnd('s').Replace("repository", "repo", StringComparison.Ordinal);

    private static bool IsBlank(JsonElement value) => value.ValueKind is JsonValueKind.String && StorableText.Of(value, out var text) && string.IsNullOrWhiteSpace(text);

    private static Dictionary<string, string> Of(string type, params string[] keys) => keys.ToDictionary(key => key, _ => type, StringComparer.Ordinal);
}
