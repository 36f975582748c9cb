using System.Text.Json;
using MediatR;

namespace Hub.Webhooks.Contracts;

/// <summary>
/// Verified events are being applied, for reactions that work on many with few statements; each is published as <see cref="WebhookReceived"/>, too. The
/// order of events of one entity is kept by never having two of them here.
/// </summary>
/// <param name="Events">No two of the same entity.</param>
public sealed record WebhooksReceived(IReadOnlyList<WebhookReceived> Events) : INotification
{
    public override string ToString() => $"WebhooksReceived ({Events.Count})";
}

/// <summary>
/// A verified event is being applied. Published inside the worker's transaction: a reaction that throws rolls everything back and the event is
/// tried again. A reaction that did something adds one line to <see cref="Effects"/>; an event without effects ends as <c>ignored</c>.
/// </summary>
/// <param name="EventId">The hub's id of the event (UUID version 7).</param>
/// <param name="IntegrationId">The integration that proved itself.</param>
/// <param name="IntegrationType">Its type, such as <c>jira</c>.</param>
/// <param name="ScopePath">Its scope path, root first.</param>
/// <param name="EventType">The provider's own name, such as <c>jira:issue_updated</c>.</param>
/// <param name="ReceivedAt">When it was stored.</param>
/// <param name="Payload">The parsed body.</param>
public sealed record WebhookReceived(
    Guid EventId, long IntegrationId, string IntegrationType, IReadOnlyList<long> ScopePath, string EventType, DateTimeOffset ReceivedAt, JsonElement Payload) : INotification
{
    /// <summary>What the reactions did, in words, such as <c>ticket 12 updated</c>.</summary>
    public IList<string> Effects { get; } = [];

    public override string ToString() => $"WebhookReceived {EventId}";
}
