using System.Text.Json;
using Hub.Sync.Github.Streams;
using Hub.Sync.Providers;

namespace Hub.Sync.Github.Tags;

/// <summary>A tag and the commit it names.</summary>
internal sealed record TagRow : RemoteRow
{
    public required string Name { get; init; }
    public required string Sha { get; init; }

    public override string Key => Name;

    /// <returns>Null when the record is no tag.</returns>
    public static TagRow? Read(JsonElement record) =>
        record.Text("name") is { } name && record.Text("commit", "sha") is { } sha ? new TagRow { Name = name, Sha = sha } : null;
}
