using System.Text.Json;
using Hub.Sync.Github.Api;
using Hub.Sync.Github.Streams;
using Hub.Sync.Providers;

namespace Hub.Sync.Github.Branches;

/// <summary>A branch and where it points to.</summary>
internal sealed record BranchRow : RemoteRow
{
    public required string Name { get; init; }
    public required string HeadSha { get; init; }
    public required bool Protected { get; init; }
    public required IReadOnlyList<string> TicketKeys { get; init; }

    public override string Key => Name;

    /// <returns>Null when the record is no branch.</returns>
    public static BranchRow? Read(JsonElement record) =>
        record.Text("name") is { } name && record.Text("commit", "sha") is { } sha
            ? new BranchRow { Name = name, HeadSha = sha, Protected = record.Flag("protected"), TicketKeys = Links.TicketKeys.OfBranch(name) }
            : null;
}
