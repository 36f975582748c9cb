using System.Runtime.CompilerServices;
using Hub.Integrations.Contracts;
using Hub.SharedKernel.Access;
using Hub.SharedKernel.Problems;
using MediatR;

namespace Hub.Webhooks.Live;

/// <summary>What a client is told, however it is connected: what it missed, then what happens, each event once and in order.</summary>
internal sealed class LiveStream(LiveFeed feed, LiveStore store, IMediator mediator, TimeProvider time)
{
    /// <param name="caller">Who asks: it sees its own scope and what lies below.</param>
    /// <param name="projectId">Narrows that to one scope below.</param>
    /// <param name="ct">Cancels the question.</param>
    /// <exception cref="NotFoundException">The caller sees no such project.</exception>
    public async Task<LiveClient> Open(Caller caller, long? projectId, CancellationToken ct)
    {
        if (projectId is not { } id)
            return new LiveClient([caller.ScopeId]);
        var scope = await mediator.Send(new AskScope(id, caller.ScopeId), ct) ?? throw NotFoundException.Of("project", id);
        return new LiveClient([caller.ScopeId, scope.Id]);
    }

    /// <param name="client">Fed until the answer is disposed of; the stream ends when the client is ended.</param>
    /// <param name="lastEventId">The last id that it has, empty for none. One that is not ours, or too old, is answered by a reset first.</param>
    /// <param name="ct">Ends the stream.</param>
    public async IAsyncEnumerable<LiveEvent> Read(LiveClient client, string? lastEventId, [EnumeratorCancellation] CancellationToken ct)
    {
        using var seat = await feed.Join(client, ct);
        var last = LivePosition.Parse(lastEventId);
        if (!string.IsNullOrEmpty(lastEventId) && (last is null || await store.IsGone(last.Value, ct)))
            yield return LiveEvent.Reset(time.GetUtcNow());

        var position = last ?? client.From;
        while (position.CompareTo(client.From) < 0)
        {
            var missed = await store.Missed(position, client.From, client.Scopes, ct);
            foreach (var happened in missed)
                yield return happened;
            position = missed.Count > 0 ? missed[^1].Position!.Value : client.From;
        }

        yield return LiveEvent.Ready(position, time.GetUtcNow());
        await foreach (var happened in client.Events.ReadAllAsync(ct))
            if (happened.Position is not { } place || place.CompareTo(position) > 0)
                yield return happened;
    }
}
