namespace Hub.Host.Tests.Architecture;

/// <summary>The source tree this assembly was built from; the rules find modules in it, so that none is forgotten.</summary>
internal static class Repository
{
    public static readonly string Root = Find();

    public static IReadOnlyList<string> Modules { get; } =
        [.. Directory.GetDirectories(Path.Combine(Root, "Modules")).Select(folder => Path.GetFileName(folder)!).Order(StringComparer.Ordinal)];

    public static IEnumerable<string> Files(string folder, string pattern) =>
        Directory.EnumerateFiles(Path.Combine(Root, folder), pattern, SearchOption.AllDirectories)
            .Where(path => !path.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal)
                && !path.Contains($"{Path.DirectorySeparatorChar}bin{Path.DirectorySeparatorChar}", StringComparison.Ordinal));

    private static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "HubMonolith.sln")))
                return folder.FullName;
        throw new InvalidOperationException("The tests must run from a build inside the repository.");
    }
}
