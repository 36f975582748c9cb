namespace Hub.FakeGithub;

/// <summary>An entry of a tree: a file, a folder or a submodule.</summary>
sealed record FolderEntry(string Path, string Mode, string Type, string Sha, int Size)
{
    public static string TypeOf(string mode) => mode switch { "160000" => "submodule", "120000" => "symlink", _ => "file" };
}

/// <summary>Makes folders out of paths. The hash of a folder comes from what is in it.</summary>
static class Folders
{
    public static List<FolderEntry> Entries(IReadOnlyDictionary<string, TreeFile> files, bool recursive)
    {
        var entries = files.Where(f => recursive || !f.Key.Contains('/', StringComparison.Ordinal))
            .Select(f => new FolderEntry(f.Key, f.Value.Mode, f.Value.Mode == "160000" ? "commit" : "blob", f.Value.Sha, f.Value.Size)).ToList();
        var folders = files.SelectMany(f => Parents(f.Key, recursive)
                .Select(folder => (Folder: folder, Line: $"{f.Key[folder.Length..]} {f.Value.Mode} {f.Value.Sha}")))
            .GroupBy(f => f.Folder, f => f.Line);
        entries.AddRange(folders.Select(f => new FolderEntry(f.Key, "040000", "tree", TreeFile.Hash(string.Join('\n', f.Order(StringComparer.Ordinal))), 0)));
        entries.Sort((a, b) => string.CompareOrdinal(a.Path, b.Path));
        return entries;
    }

    static IEnumerable<string> Parents(string path, bool all)
    {
        for (var slash = path.IndexOf('/', StringComparison.Ordinal); slash >= 0; slash = path.IndexOf('/', slash + 1))
        {
            yield return path[..slash];
            if (!all) yield break;
        }
    }
}
