using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Hub.Sync.Github.Api;
using Hub.Sync.Providers;

namespace Hub.Sync.Github.Tree;

/// <summary>A file, folder or submodule.</summary>
internal sealed record TreeEntry(string Path, string Type, string Mode, long? Size, string Sha)
{
    public bool IsFolder => Type == "tree";

    /// <summary>Paths may be longer than an index can hold.</summary>
    public byte[] Hash => SHA256.HashData(Encoding.UTF8.GetBytes(Path))[..16];

    /// <param name="record">As GitHub shows it, its path relative to the folder.</param>
    /// <param name="folder">The folder with a slash at its end; empty for the root.</param>
    /// <returns>Null when the record is no entry.</returns>
    public static TreeEntry? Read(JsonElement record, string folder) =>
        record.Text("path") is { } path && record.Text("sha") is { } sha && record.Text("type") is "blob" or "tree" or "commit"
            ? new TreeEntry(folder + path, record.Text("type")!, record.Text("mode") ?? "", record.Number("size"), sha)
            : null;
}
