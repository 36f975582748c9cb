using System.Globalization;
using System.Text;

namespace Hub.FakeGithub;

/// <summary>Shows things as the API does. Parts for each kind are in the files beside.</summary>
sealed partial class GithubView(FakeGithubServer github)
{
    /// <summary>Where people look at things: github.com, or the Enterprise Server itself.</summary>
    string Web => github.Options.Prefix.Length == 0 ? "https://github.com" : github.Url[..^github.Options.Prefix.Length];

    string Api(GithubRepository repository) => $"{github.Url}/repos/{repository.FullName}";

    string Page(GithubRepository repository) => $"{Web}/{repository.FullName}";

    /// <summary>UTC, whole seconds.</summary>
    public static string At(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);

    public static string? At(DateTimeOffset? time) => time is { } given ? At(given) : null;

    public static string NodeId(string kind, object id) => Convert.ToBase64String(Encoding.ASCII.GetBytes($"{kind.Length:000}:{kind}{id}"));

    public object? User(GithubUser? user)
    {
        if (user is null) return null;
        var name = Uri.EscapeDataString(user.Login);
        var url = $"{github.Url}/users/{name}";
        return new
        {
            login = user.Login, id = user.Id, node_id = NodeId(user.Type, user.Id), avatar_url = $"https://avatars.githubusercontent.com/u/{user.Id}?v=4",
            gravatar_id = "",
            url, html_url = user.Type == "Bot" ? $"{Web}/apps/{name.Replace("%5Bbot%5D", "", StringComparison.Ordinal)}" : $"{Web}/{name}",
            followers_url = $"{url}/followers", following_url = $"{url}/following{{/other_user}}", gists_url = $"{url}/gists{{/gist_id}}",
            starred_url = $"{url}/starred{{/owner}}{{/repo}}", subscriptions_url = $"{url}/subscriptions", organizations_url = $"{url}/orgs",
            repos_url = $"{url}/repos", events_url = $"{url}/events{{/privacy}}", received_events_url = $"{url}/received_events",
            type = user.Type, user_view_type = "public", site_admin = false,
        };
    }

    public object Label(GithubRepository repository, string name) => new
    {
        id = 208_045_946L + name.Length * 7, node_id = NodeId("Label", name.Length), url = $"{Api(repository)}/labels/{Uri.EscapeDataString(name)}",
        name, color = "d73a4a", @default = name == "bug", description = (string?)null,
    };

    public object Repository(GithubRepository repository)
    {
        var (url, page, open) = (Api(repository), Page(repository), repository.Issues.All.Count(i => i.Open) + repository.Pulls.All.Count(p => p.Open));
        return new
        {
            id = repository.Id, node_id = NodeId("Repository", repository.Id), name = repository.Name, full_name = repository.FullName,
            @private = repository.Private,
            owner = User(repository.Owner), html_url = page, description = repository.Description, fork = false, url,
            archive_url = $"{url}/{{archive_format}}{{/ref}}",
            branches_url = $"{url}/branches{{/branch}}", commits_url = $"{url}/commits{{/sha}}", compare_url = $"{url}/compare/{{base}}...{{head}}",
            contents_url = $"{url}/contents/{{+path}}", hooks_url = $"{url}/hooks", issues_url = $"{url}/issues{{/number}}", languages_url = $"{url}/languages",
            pulls_url = $"{url}/pulls{{/number}}", releases_url = $"{url}/releases{{/id}}", tags_url = $"{url}/tags", trees_url = $"{url}/git/trees{{/sha}}",
            created_at = At(repository.Created), updated_at = At(repository.Updated), pushed_at = At(repository.Pushed),
            git_url = $"git://{page.Split("//")[1]}.git", ssh_url = $"git@github.com:{repository.FullName}.git", clone_url = $"{page}.git", svn_url = page,
            homepage = (string?)null, size = repository.Git.IsEmpty ? 0 : 108, stargazers_count = 3, watchers_count = 3,
            language = Languages(repository).Keys.FirstOrDefault(), has_issues = true, has_projects = true, has_downloads = true, has_wiki = repository.HasWiki,
            has_pages = false, has_discussions = false, forks_count = 0, mirror_url = (string?)null, archived = repository.Archived,
            disabled = repository.Disabled,
            open_issues_count = open, license = Licence(repository.LicenceKey), allow_forking = true, is_template = false, web_commit_signoff_required = false,
            topics = repository.Topics, visibility = repository.Private ? "private" : "public", forks = 0, open_issues = open, watchers = 3,
            default_branch = repository.DefaultBranch, permissions = new { admin = true, maintain = true, push = true, triage = true, pull = true },
        };
    }

    static object? Licence(string? key) => key is null ? null : new
    {
        key, name = $"{key.ToUpperInvariant()} License", spdx_id = key.ToUpperInvariant(), url = $"https://api.github.com/licenses/{key}",
        node_id = NodeId("License", key),
    };

    /// <summary>Bytes by language, most first.</summary>
    public static IReadOnlyDictionary<string, long> Languages(GithubRepository repository)
    {
        if (repository.Languages is { } given) return given;
        if (repository.Git.Resolve("HEAD") is not { } head) return new Dictionary<string, long>();
        return repository.Git.Graph.Tree(head).Select(f => (Language: LanguageOf(f.Key), f.Value.Size)).Where(f => f.Language is not null)
            .GroupBy(f => f.Language!).Select(g => (g.Key, Bytes: g.Sum(f => (long)f.Size))).OrderByDescending(l => l.Bytes).ToDictionary(l => l.Key, l => l.Bytes);
    }

    static string? LanguageOf(string path) => System.IO.Path.GetExtension(path) switch
    {
        ".cs" => "C#",
        ".ts" or ".tsx" => "TypeScript",
        ".py" => "Python",
        _ => path.EndsWith("Dockerfile", StringComparison.Ordinal) ? "Dockerfile" : null,
    };
}
