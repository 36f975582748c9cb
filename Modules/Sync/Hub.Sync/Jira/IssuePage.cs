using System.Text.Json;
using Hub.Sync.Providers;

namespace Hub.Sync.Jira;

/// <summary>One page of a walk. It owns the document that its issues are part of.</summary>
/// <param name="Document">The answer.</param>
/// <param name="Issues">What is new on it.</param>
/// <param name="Next">Where to go on; null at the end.</param>
/// <param name="Progress">Share of the walk that is done after this page, 0-1, where Jira tells how much there is.</param>
/// <param name="Doubt">Why this walk cannot tell what is gone; null when it can.</param>
internal sealed record IssuePage(JsonDocument Document, IReadOnlyList<JsonElement> Issues, WalkPosition? Next, double? Progress, string? Doubt)
    : IDisposable
{
    public void Dispose() => Document.Dispose();
}

/// <summary>A search that is read page by page.</summary>
internal interface IIssueSearch
{
    /// <exception cref="ProviderFailure">The page cannot be had.</exception>
    Task<IssuePage> Fetch(WalkPosition at, CancellationToken ct);
}
