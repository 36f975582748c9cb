using System.Text.Json.Serialization;

namespace Hub.Sync.Github.Analysis;

/// <summary>A file of the default branch.</summary>
/// <param name="Path">From the root, with slashes.</param>
/// <param name="Size">Bytes.</param>
internal sealed record TreeFile(string Path, long Size)
{
    [JsonIgnore]
    public string Name => Path[(Path.LastIndexOf('/') + 1)..];

    /// <summary>Folders above it.</summary>
    [JsonIgnore]
    public int Depth => Path.AsSpan().Count('/');

    /// <summary>In lower case with its dot; empty where there is none. A name that only begins with a dot has none.</summary>
    [JsonIgnore]
    public string Extension => Name.LastIndexOf('.') is > 0 and var dot ? Name[dot..].ToLowerInvariant() : "";

    [JsonIgnore]
    public IEnumerable<string> Folders => Path.Split('/')[..^1];
}
