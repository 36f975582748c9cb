using System.Text.RegularExpressions;

namespace Hub.Sync.Github.Analysis;

/// <summary>Tells from a path alone what a file is. Conventions of the languages' own test runners and package managers; no content is read.</summary>
internal static partial class FileKinds
{
    private static readonly HashSet<string> Code = new(StringComparer.Ordinal)
    {
        ".c", ".cc", ".cpp", ".cxx", ".h", ".hh", ".hpp", ".cs", ".fs", ".vb", ".java", ".kt", ".kts", ".scala", ".groovy", ".clj", ".go", ".rs", ".zig", ".swift",
        ".m", ".mm", ".py", ".pyx", ".rb", ".php", ".pl", ".pm", ".lua", ".r", ".jl", ".ex", ".exs", ".erl", ".hs", ".ml", ".dart", ".js", ".jsx", ".mjs", ".cjs",
        ".ts", ".tsx", ".mts", ".cts", ".vue", ".svelte", ".sh", ".bash", ".ps1", ".sql", ".proto", ".graphql", ".tf", ".razor", ".cshtml", ".elm", ".nim", ".cob",
        ".f90", ".pas", ".vhd", ".sol",
    };

    private static readonly HashSet<string> ForeignFolders = new(StringComparer.OrdinalIgnoreCase)
    {
        "vendor", "node_modules", "third_party", "third-party", "external", "dist", "build", "out", "bin", "obj", ".yarn", "bower_components", "Pods",
    };

    private static readonly HashSet<string> TestFolders = new(StringComparer.OrdinalIgnoreCase)
    {
        "test", "tests", "spec", "specs", "__tests__", "testing", "e2e", "integration-tests", "integrationtest", "unittests", "unit-tests", "testdata",
        "androidTest", "cypress",
    };

    /// <summary>Programming language text that somebody of this repository wrote, by all that its path says.</summary>
    public static bool IsSource(TreeFile file) => Code.Contains(file.Extension) && !IsForeign(file);

    /// <summary>Somebody else's code, or made by a program.</summary>
    public static bool IsForeign(TreeFile file) =>
        file.Folders.Any(ForeignFolders.Contains) || GeneratedName().IsMatch(file.Name);

    /// <summary>A test by the folder it is in or the form of its name, such as <c>FooTests.cs</c>, <c>foo_test.go</c>, <c>foo.spec.ts</c>, <c>test_foo.py</c>.</summary>
    public static bool IsTest(TreeFile file) => file.Folders.Any(folder => TestFolders.Contains(folder) || TestProject().IsMatch(folder)) || TestName().IsMatch(file.Name);

    [GeneratedRegex(@"(\.min\.(js|css)|\.g\.cs|\.designer\.cs|\.pb\.go|_pb2(_grpc)?\.py|\.generated\.\w+)$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex GeneratedName();

    [GeneratedRegex(@"[.\-_](Tests?|Specs?|IntegrationTests|UnitTests)$", RegexOptions.CultureInvariant)]
    private static partial Regex TestProject();

    [GeneratedRegex(@"(^test_.+\.py$|_test\.(go|py|rb|exs?|c|cc|cpp|dart)$|[._-](test|spec|cy)\.\w+$|(Tests?|Specs?|IT)\.(cs|fs|vb|java|kt|scala|groovy|swift|php|m)$|_spec\.rb$)",
        RegexOptions.CultureInvariant)]
    private static partial Regex TestName();
}
