using System.Globalization;
using System.Text.Json;
using Hub.Sync.Github.Api;
using Hub.Sync.Github.Streams;
using Hub.Sync.Providers;

namespace Hub.Sync.Github.Repository;

/// <summary>A repository as GitHub shows it to one credential.</summary>
internal sealed record RepositoryRow : RemoteRow
{
    public required long RepositoryId { get; init; }
    public required string ConfiguredName { get; init; }
    public required string FullName { get; init; }
    public required string DefaultBranch { get; init; }
    public required bool CanPush { get; init; }
    public required bool Private { get; init; }
    public required bool Archived { get; init; }
    public required bool Disabled { get; init; }
    public required bool Fork { get; init; }
    public string? Description { get; init; }
    public required IReadOnlyList<string> Topics { get; init; }
    public string? License { get; init; }

    /// <summary>Bytes by language.</summary>
    public required IReadOnlyDictionary<string, long> Languages { get; init; }
    public string? HtmlUrl { get; init; }
    public DateTimeOffset? RemoteCreatedAt { get; init; }
    public DateTimeOffset? RemoteUpdatedAt { get; init; }
    public DateTimeOffset? PushedAt { get; init; }

    public override string Key => RepositoryId.ToString(CultureInfo.InvariantCulture);

    public override string Label => FullName;

    /// <returns>Null when the answer is no repository.</returns>
    public static RepositoryRow? Read(JsonElement record, JsonElement languages, string configured) =>
        record.Number("id") is { } id && record.Text("full_name") is { } name ? new RepositoryRow
        {
            RepositoryId = id,
            ConfiguredName = configured,
            FullName = name,
            DefaultBranch = record.Text("default_branch") ?? "main",
            CanPush = record.Flag("permissions", "push"),
            Private = record.Flag("private"),
            Archived = record.Flag("archived"),
            Disabled = record.Flag("disabled"),
            Fork = record.Flag("fork"),
            Description = record.Text("description"),
            Topics = record.Items("topics").Names(),
            License = record.Text("license", "spdx_id") ?? record.Text("license", "key"),
            Languages = Bytes(languages),
            HtmlUrl = record.Text("html_url"),
            RemoteCreatedAt = record.Time("created_at"),
            RemoteUpdatedAt = record.Time("updated_at"),
            PushedAt = record.Time("pushed_at"),
            Source = record,
        } : null;

    private static SortedDictionary<string, long> Bytes(JsonElement languages)
    {
        var bytes = new SortedDictionary<string, long>(StringComparer.Ordinal);
        if (languages.ValueKind is JsonValueKind.Object)
            foreach (var language in languages.EnumerateObject())
                if (language.Value.Number() is { } number)
                    bytes[JsonText.Clean(language.Name)] = number;
        return bytes;
    }
}
