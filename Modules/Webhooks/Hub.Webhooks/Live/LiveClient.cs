using System.Threading.Channels;

namespace Hub.Webhooks.Live;

/// <summary>One stream of one client. Whoever reads more slowly than things happen is let go, and catches up by asking again.</summary>
/// <param name="scopes">All of them must be in an event's scope path.</param>
internal sealed class LiveClient(IReadOnlyList<long> scopes)
{
    private const int Backlog = 1000;
    private readonly Channel<LiveEvent> events = Channel.CreateBounded<LiveEvent>(new BoundedChannelOptions(Backlog) { SingleReader = true });

    public IReadOnlyList<long> Scopes => scopes;

    /// <summary>It is fed with what comes after this.</summary>
    public LivePosition From { get; set; }

    /// <summary>Why its stream ended: it was let go. Else somebody ended it.</summary>
    public bool FellBehind { get; private set; }

    /// <summary>Whether it can take another page.</summary>
    public bool HasRoom => events.Reader.Count <= Backlog - LiveStore.PageSize;

    public ChannelReader<LiveEvent> Events => events.Reader;

    public void Offer(LiveEvent happened)
    {
        foreach (var scope in scopes)
            if (!happened.ScopePath.Contains(scope))
                return;
        if (events.Writer.TryWrite(happened))
            return;
        FellBehind = true;
        End();
    }

    /// <summary>Nothing is lost when there is no room for it: then there is something to send anyway.</summary>
    public void KeepAlive() => events.Writer.TryWrite(LiveEvent.KeepAlive);

    public void End() => events.Writer.TryComplete();
}
