using System.Text.Json;
using Hub.Sync.Providers;

namespace Hub.Sync.Forges;

/// <summary>Where the sites are, without a slash at the end, and what counts there.</summary>
internal static class ForgeSites
{
    public static string Gitlab(IReadOnlyDictionary<string, JsonElement> settings) =>
        (settings.GetValueOrDefault("base_url").Text() ?? "https://gitlab.com").TrimEnd('/');

    /// <summary>With the organization.</summary>
    public static string Azure(IReadOnlyDictionary<string, JsonElement> settings) =>
        $"{(settings.GetValueOrDefault("base_url").Text() ?? "https://dev.azure.com").TrimEnd('/')}/{settings.GetValueOrDefault("organization").Text()}";

    /// <returns>What the settings call the only repository that counts; null where all do.</returns>
    public static string? OnlyRepository(string type, IReadOnlyDictionary<string, JsonElement> settings) =>
        settings.GetValueOrDefault(type == "gitlab" ? "project_id" : "repository").Text() is { Length: > 0 } only ? only : null;
}
