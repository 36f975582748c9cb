using System.Text.RegularExpressions;

namespace Hub.Sync.Github.Analysis;

/// <summary>What the names of files and folders say about how the software is built, packaged and run. Each hint shows the paths that gave it away.</summary>
internal static class ArchitectureHints
{
    private const int ShownPaths = 3;

    // kind, name, pattern of a path, how many distinct paths it takes.
    private static readonly Rule[] Rules =
    [
        new("build", "dotnet", @"(^|/)[^/]+\.(sln|slnx|csproj|fsproj)$"),
        new("build", "npm", @"(^|/)package\.json$"),
        new("build", "maven", @"(^|/)pom\.xml$"),
        new("build", "gradle", @"(^|/)build\.gradle(\.kts)?$"),
        new("build", "go", @"(^|/)go\.mod$"),
        new("build", "cargo", @"(^|/)Cargo\.toml$"),
        new("build", "python", @"(^|/)(pyproject\.toml|setup\.py|requirements[^/]*\.txt)$"),
        new("build", "ruby", @"(^|/)(Gemfile|[^/]+\.gemspec)$"),
        new("build", "php", @"(^|/)composer\.json$"),
        new("build", "cmake", @"(^|/)CMakeLists\.txt$"),
        new("build", "make", @"(^|/)(GNU)?[Mm]akefile$"),
        new("build", "bazel", @"(^|/)(WORKSPACE|MODULE\.bazel|BUILD\.bazel)$"),
        new("ci", "github_actions", @"^\.github/workflows/[^/]+\.ya?ml$"),
        new("ci", "gitlab_ci", @"^\.gitlab-ci\.yml$"),
        new("ci", "azure_pipelines", @"(^|/)azure-pipelines[^/]*\.ya?ml$"),
        new("ci", "jenkins", @"(^|/)Jenkinsfile[^/]*$"),
        new("ci", "circleci", @"^\.circleci/config\.ya?ml$"),
        new("ci", "travis", @"^\.travis\.yml$"),
        new("runtime", "container", @"(^|/)(Dockerfile|Containerfile)[^/]*$"),
        new("runtime", "compose", @"(^|/)(docker-)?compose[^/]*\.ya?ml$"),
        new("runtime", "helm", @"(^|/)Chart\.yaml$"),
        new("runtime", "kubernetes", @"(^|/)(k8s|kubernetes|kustomize)/.+\.ya?ml$|(^|/)kustomization\.ya?ml$"),
        new("runtime", "terraform", @"\.tf$"),
        new("runtime", "serverless", @"(^|/)(serverless\.ya?ml|template\.sam\.ya?ml|host\.json)$"),
        new("style", "monorepo", @"^(packages|apps|services|modules|libs|crates)/[^/]+/(package\.json|go\.mod|pom\.xml|Cargo\.toml|pyproject\.toml|[^/]+\.csproj)$", 2),
        new("style", "microservices", @"^services/[^/]+/(Dockerfile|src/.+)$", 3),
        new("style", "modular_monolith", @"^(src/)?[Mm]odules/[^/]+/[^/]+/[^/]+\.csproj$", 2),
        new("style", "clean_architecture", @"(^|/)([^/]*\.)?(Domain|Application|Infrastructure)/[^/]+\.csproj$|(^|/)(domain|application|infrastructure)/[^/]+\.\w+$", 3, DistinctFolders: true),
        new("style", "mvc", @"(^|/)(controllers|models|views)/[^/]+\.\w+$", 3, DistinctFolders: true),
        new("style", "event_driven", @"(^|/)(events?|handlers|consumers|subscribers)/[^/]+\.\w+$", 5),
        new("interface", "openapi", @"(^|/)(openapi|swagger)[^/]*\.(ya?ml|json)$"),
        new("interface", "grpc", @"\.proto$"),
        new("interface", "graphql", @"\.(graphql|gql)$"),
        new("data", "migrations", @"(^|/)(migrations?|db/migrate|changelog)/[^/]+\.\w+$", 2),
        new("quality", "linting", @"(^|/)(\.eslintrc[^/]*|eslint\.config\.\w+|\.editorconfig|\.rubocop\.yml|\.golangci\.ya?ml|ruff\.toml|\.pylintrc|\.clang-tidy)$"),
        new("docs", "readme", @"^readme[^/]*$"),
        new("docs", "license", @"^(licen[cs]e|copying)[^/]*$"),
        new("docs", "contributing", @"^(\.github/|docs/)?contributing[^/]*$"),
        new("docs", "changelog", @"^(changelog|changes|history)[^/]*$"),
        new("docs", "code_owners", @"^(\.github/|docs/)?codeowners$"),
        new("docs", "decisions", @"(^|/)(adr|adrs|decisions)/[^/]+\.md$"),
    ];

    public static IReadOnlyList<ArchitectureHint> Of(IEnumerable<TreeFile> files)
    {
        var own = files.Where(file => !FileKinds.IsForeign(file)).Select(file => file.Path).ToArray();
        return [.. Rules.Select(rule => rule.Apply(own)).OfType<ArchitectureHint>()];
    }

    private sealed record Rule(string Kind, string Name, string Pattern, int Least = 1, bool DistinctFolders = false)
    {
        // Bounded in time whatever a path looks like.
        private readonly Regex matcher = new(Pattern, RegexOptions.CultureInvariant | RegexOptions.IgnoreCase | RegexOptions.NonBacktracking);

        public ArchitectureHint? Apply(IReadOnlyList<string> paths)
        {
            var found = paths.Where(path => matcher.IsMatch(path)).ToArray();
            var counted = DistinctFolders ? found.Select(FolderWord).Distinct(StringComparer.OrdinalIgnoreCase).Count() : found.Length;
            return counted < Least ? null : new ArchitectureHint(Kind, Name, found.Length, [.. found.Order(StringComparer.Ordinal).Take(ShownPaths)]);
        }

        private static string FolderWord(string path) => path.Split('/') is [.., var folder, _] ? folder[(folder.LastIndexOf('.') + 1)..] : "";
    }
}

/// <param name="Kind">build, ci, runtime, style, interface, data, quality or docs.</param>
/// <param name="Name">Such as <c>monorepo</c>.</param>
/// <param name="Files">How many paths say so.</param>
/// <param name="Evidence">Up to three of them.</param>
internal sealed record ArchitectureHint(string Kind, string Name, int Files, IReadOnlyList<string> Evidence);
