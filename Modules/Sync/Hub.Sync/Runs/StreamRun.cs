using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Hub.SharedKernel.Access;
using Hub.SharedKernel.Data;
using Hub.SharedKernel.Problems;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Hosting;

namespace Hub.Sync.Runs;

/// <summary>A run as server-sent events: its state at once, again at each change and every 15 seconds, until it has ended or waits for approval.</summary>
internal static class StreamRun
{
    private static readonly TimeSpan KeepAlive = TimeSpan.FromSeconds(15);

    public static void Map(IEndpointRouteBuilder group) => group
        .MapGet("/{id:guid}/stream", async (
            Guid id, IMediator mediator, DbSignals signals, TimeProvider time, IHostApplicationLifetime host, CancellationToken ct) =>
        {
            // Read before the stream starts: a run that is not there is a 404, not an empty stream.
            var first = await mediator.Send(new GetRun.Request(id), ct);
            return TypedResults.ServerSentEvents(Follow(first, mediator, signals, time, host.ApplicationStopping, ct));
        })
        .RequireRole(Role.Viewer)
        .WithSummary("Follow a sync run");

    private static async IAsyncEnumerable<SseItem<SyncRun>> Follow(
        SyncRun run, IMediator mediator, DbSignals signals, TimeProvider time, CancellationToken stopping, [EnumeratorCancellation] CancellationToken ct)
    {
        // One place: several signals are one reason to look.
        var moved = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
        using var subscription = signals.Subscribe(RunSignals.Moved, () => moved.Writer.TryWrite(true));
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, stopping);
        // What happened between the first read and the subscription must not be missed.
        var next = await Look(run.Id, mediator, ct);
        while (next is not null)
        {
            run = next;
            yield return new SseItem<SyncRun>(run, "run") { EventId = $"{run.Version}" };
            next = run.Ended || run.Status is RunStatus.Quarantined ? null : await Change(run, mediator, moved.Reader, time, either.Token);
        }
    }

    private static async Task<SyncRun?> Change(SyncRun run, IMediator mediator, ChannelReader<bool> moved, TimeProvider time, CancellationToken ct)
    {
        using var quiet = new CancellationTokenSource(KeepAlive, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, quiet.Token);
        try
        {
            while (true)
            {
                await moved.ReadAsync(either.Token);
                if (await Look(run.Id, mediator, ct) is var now && now?.Version != run.Version)
                    return now;
            }
        }
        catch (OperationCanceledException)
        {
            return ct.IsCancellationRequested ? null : run;
        }
    }

    // Gone with its integration: the stream ends like that of a run that has ended.
    private static async Task<SyncRun?> Look(Guid id, IMediator mediator, CancellationToken ct)
    {
        try
        {
            return await mediator.Send(new GetRun.Request(id), ct);
        }
        catch (NotFoundException)
        {
            return null;
        }
    }
}
