namespace Hub.Integrations.OAuth;

/// <summary>One at a time by number, within this process. Who waits costs no thread and no connection.</summary>
internal sealed class Turns
{
    private readonly Lock gate = new();
    private readonly Dictionary<long, Queueing> queues = [];

    /// <returns>Dispose to let the next one in.</returns>
    public async Task<IDisposable> Take(long number, CancellationToken ct)
    {
        Queueing queue;
        lock (gate)
        {
            if (!queues.TryGetValue(number, out queue!))
                queues[number] = queue = new Queueing();
            queue.Interested++;
        }

        try
        {
            await queue.Door.WaitAsync(ct);
        }
        catch
        {
            Leave(number, queue);
            throw;
        }

        return new Turn(this, number, queue);
    }

    private void Leave(long number, Queueing queue)
    {
        lock (gate)
            if (--queue.Interested == 0)
                queues.Remove(number);
    }

    private sealed class Queueing
    {
        public SemaphoreSlim Door { get; } = new(1, 1);

        public int Interested { get; set; }
    }

    private sealed class Turn(Turns turns, long number, Queueing queue) : IDisposable
    {
        public void Dispose()
        {
            queue.Door.Release();
            turns.Leave(number, queue);
        }
    }
}
