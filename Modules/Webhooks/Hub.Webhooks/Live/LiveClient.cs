using System.Threading.Channels;

namespace Hub.Webhooks.Live;

/// <summary>One connected client. Whoever reads more slowly than things happen is let go, and catches up by connecting again.</summary>
/// <param name="scopes">All of them must be in an event's scope path.</param>
internal sealed class LiveClient(IReadOnlyList<long> scopes)
{
    private const int Backlog = 1000;
    private readonly Channel<LiveEvent> events =
        Channel.CreateBounded<LiveEvent>(new BoundedChannelOptions(Backlog) { SingleReader = true, SingleWriter = true });

    public IReadOnlyList<long> Scopes => scopes;

    /// <summary>It is fed with what comes after this.</summary>
    public LivePosition From { get; set; }

    public ChannelReader<LiveEvent> Events => events.Reader;

    public void Offer(LiveEvent happened)
    {
        foreach (var scope in scopes)
            if (!happened.ScopePath.Contains(scope))
                return;
        if (!events.Writer.TryWrite(happened))
            events.Writer.TryComplete();
    }
}
