using System.Text.Json;

namespace Hub.Sync.Github.Api;

/// <summary>An answer of GitHub's API that whoever asked can use. Owns its document.</summary>
/// <param name="status">200, or one of the refusals that were asked for.</param>
/// <param name="document">The data; null without any.</param>
/// <param name="next">The address of the next page, exactly as given; null on the last one.</param>
internal sealed class GithubPage(int status, JsonDocument? document, string? next) : IDisposable
{
    public bool Found => status is >= 200 and < 300;

    public JsonElement Root => document?.RootElement ?? default;

    public string? Next => next;

    public void Dispose() => document?.Dispose();
}
