using System.Threading.Channels;
using Hub.SharedKernel.Problems;
using Microsoft.Extensions.Hosting;
using Npgsql;

namespace Hub.Webhooks.Inbound;

/// <summary>
/// Group commit: while one batch is being committed the next one gathers, so that the more deliveries arrive at once the less each costs. A sender
/// is answered after the commit that holds its delivery.
/// </summary>
internal sealed class InboxWriter(InboxStore store, PayloadBudget budget) : BackgroundService
{
    private const int QueueLength = 2048;
    private const int MaxRows = 512;
    private const int MaxBytes = 8 * 1024 * 1024;

    private readonly Channel<Waiting> queue = Channel.CreateBounded<Waiting>(new BoundedChannelOptions(QueueLength) { SingleReader = true });

    /// <summary>For those who come while too many wait: nothing of theirs is read.</summary>
    /// <exception cref="UnavailableException">More wait than can be written soon.</exception>
    public void RequireRoom()
    {
        if (queue.Reader.Count >= QueueLength)
            throw Full();
    }

    /// <param name="deliveries">Of one request: all are stored with one commit, or none.</param>
    /// <returns>What to tell the sender of each; they are durable by then.</returns>
    /// <exception cref="UnavailableException">More wait than can be written soon: the sender comes back.</exception>
    public async Task<IReadOnlyList<Receipt>> Store(IReadOnlyList<Delivery> deliveries)
    {
        var waiting = new Waiting(deliveries);
        var bytes = waiting.Bytes;
        if (!budget.TryTake(bytes))
            throw Full();
        try
        {
            return queue.Writer.TryWrite(waiting) ? await waiting.Done.Task : throw Full();
        }
        finally
        {
            budget.Return(bytes);
        }
    }

    /// <summary>Requests have been drained by now: what still waits is written, then it ends.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        queue.Writer.TryComplete();
        if (ExecuteTask is { } writing)
            await writing.WaitAsync(cancellationToken);
        await base.StopAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var batch = new List<Waiting>(MaxRows);
        while (await queue.Reader.WaitToReadAsync(CancellationToken.None))
        {
            batch.Clear();
            for (var (rows, bytes) = (0, 0); rows < MaxRows && bytes < MaxBytes && queue.Reader.TryRead(out var next);)
            {
                batch.Add(next);
                (rows, bytes) = (rows + next.Deliveries.Count, bytes + next.Bytes);
            }

            await Write(batch);
        }
    }

    private async Task Write(List<Waiting> batch)
    {
        try
        {
            var receipts = await Add(batch);
            var told = 0;
            foreach (var waiting in batch)
            {
                waiting.Done.TrySetResult(new ArraySegment<Receipt>(receipts, told, waiting.Deliveries.Count));
                told += waiting.Deliveries.Count;
            }
        }
        catch (PostgresException fault) when (batch.Count > 1 && !fault.IsTransient)
        {
            // One delivery that the database refuses must not take its neighbours down with it.
            foreach (var one in batch)
                await Write([one]);
        }
        catch (Exception fault)
        {
            foreach (var waiting in batch)
                waiting.Done.TrySetException(fault);
        }
    }

    // Two processes that write the same deliveries in another order can lock each other out, and a row can move to another day while it is revived; who is
    // told so tries again.
    private async Task<Receipt[]> Add(List<Waiting> batch)
    {
        for (var tries = 1; ; tries++)
        {
            try
            {
                return await store.Add([.. batch.SelectMany(waiting => waiting.Deliveries)], CancellationToken.None);
            }
            catch (PostgresException fault) when (tries < 3 && fault.SqlState is PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.SerializationFailure)
            {
            }
        }
    }

    private static UnavailableException Full() => new("inbox_full", "Deliveries arrive faster than they can be stored; send it again shortly.")
    {
        RetryAfter = TimeSpan.FromSeconds(1),
    };

    private sealed record Waiting(IReadOnlyList<Delivery> Deliveries)
    {
        public int Bytes { get; } = Deliveries.Sum(delivery => delivery.Payload.Length);

        public TaskCompletionSource<IReadOnlyList<Receipt>> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
