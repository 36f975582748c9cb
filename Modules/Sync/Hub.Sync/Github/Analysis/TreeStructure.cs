namespace Hub.Sync.Github.Analysis;

/// <summary>How the files of the default branch lie.</summary>
internal sealed record TreeStructure(
    int Files, int Directories, long Bytes, int MaxDepth, IReadOnlyList<FolderShare> TopLevel, IReadOnlyList<ExtensionShare> Extensions,
    IReadOnlyList<TreeFile> LargestFiles)
{
    private const int Shown = 20;

    public static TreeStructure Of(IReadOnlyCollection<TreeFile> files, int directories) => new(
        files.Count, directories, files.Sum(file => file.Size), files.Count == 0 ? 0 : files.Max(file => file.Depth),
        [.. files.GroupBy(file => file.Depth == 0 ? "." : file.Path[..file.Path.IndexOf('/')], StringComparer.Ordinal)
            .Select(top => new FolderShare(top.Key, top.Count(), top.Sum(file => file.Size)))
            .OrderByDescending(top => top.Files).ThenBy(top => top.Path, StringComparer.Ordinal).Take(Shown)],
        [.. files.GroupBy(file => file.Extension, StringComparer.Ordinal)
            .Select(kind => new ExtensionShare(kind.Key, kind.Count(), kind.Sum(file => file.Size)))
            .OrderByDescending(kind => kind.Files).ThenBy(kind => kind.Extension, StringComparer.Ordinal).Take(Shown)],
        [.. files.OrderByDescending(file => file.Size).ThenBy(file => file.Path, StringComparer.Ordinal).Take(10)]);
}

/// <param name="Path">A folder of the root; a dot for the files that lie in the root itself.</param>
/// <param name="Files">Files below it.</param>
/// <param name="Bytes">Their size.</param>
internal sealed record FolderShare(string Path, int Files, long Bytes);

/// <param name="Extension">In lower case with its dot; empty for files without.</param>
/// <param name="Files">Files that have it.</param>
/// <param name="Bytes">Their size.</param>
internal sealed record ExtensionShare(string Extension, int Files, long Bytes);
