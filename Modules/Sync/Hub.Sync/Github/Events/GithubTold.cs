using System.Text.Json;
using Hub.Sync.Github.Streams;
using Hub.Webhooks.Contracts;

namespace Hub.Sync.Github.Events;

/// <summary>An event of a repository that is synchronised.</summary>
/// <param name="Event">As it was received.</param>
/// <param name="Repo">The repository as it is stored.</param>
internal sealed record GithubTold(WebhookReceived Event, Repo Repo)
{
    public JsonElement Payload => Event.Payload;

    /// <summary>The name without its action, as in <c>pull_request</c>.</summary>
    public string Name { get; } = Event.EventType.Split('.')[0];

    /// <summary>What was done, such as <c>closed</c>; empty where the event knows no actions.</summary>
    public string Action { get; } = Event.EventType.Split('.', 2) is [_, var action] ? action : "";
}

/// <summary>What an event brought.</summary>
/// <param name="Effect">For people.</param>
/// <param name="Read">Whether a run must read what it tells.</param>
internal sealed record GithubEffect(string Effect, GithubRead Read = GithubRead.Later);

/// <summary>When a run follows an event.</summary>
internal enum GithubRead
{
    /// <summary>What was told is stored: the next run is a safety net.</summary>
    Later,

    /// <summary>What was told is not all that is kept of it.</summary>
    Now,
}
