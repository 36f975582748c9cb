namespace Hub.SharedKernel.Http;

/// <summary>Where a browser goes next inside this hub. Everything that could lead elsewhere is refused.</summary>
public static class LocalPath
{
    public const int MaxLength = 2000;

    /// <summary>A path with query, from the root: <c>/docs?x=1</c>. Not <c>//host</c>, nor anything a browser would read as that.</summary>
    public static bool IsLocal(string? path) =>
        path is { Length: > 0 and <= MaxLength } && path[0] == '/' && !path.StartsWith("//", StringComparison.Ordinal)
        && !path.Any(c => c is '\\' or <= ' ' or >= (char)0x7f);

    public static string Or(string? path, string otherwise) => IsLocal(path) ? path! : otherwise;
}
