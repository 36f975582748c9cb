using System.Diagnostics;
using Hub.SharedKernel.Data;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Hub.SharedKernel.Workers;

/// <summary>
/// Works off rows: <see cref="Tick"/> claims some, does them and settles them. The loop around it wakes by NOTIFY on <see cref="Channel"/> or by time,
/// goes on at once while there is work, and backs off while the database is away.
/// </summary>
public abstract class Worker(WorkerContext context) : BackgroundService
{
    private static readonly ActivitySource Source = new("Hub.Workers");
    private readonly SemaphoreSlim wake = new(0, 1);

    protected IServiceScopeFactory Scopes => context.Scopes;

    protected TimeProvider Time => context.Time;

    protected ILogger Log { get; } = context.Logs.CreateLogger("Hub.Workers");

    /// <summary>The NOTIFY channel that says there may be work.</summary>
    protected abstract string Channel { get; }

    /// <summary>How long to sleep at most without a signal: what is due by time is found within this.</summary>
    protected virtual TimeSpan Idle => TimeSpan.FromSeconds(1);

    /// <summary>How many loops run side by side in this process.</summary>
    protected virtual int Parallelism => 1;

    /// <summary>One round: claim, work, settle.</summary>
    /// <returns>How many rows were worked; 0 lets the loop sleep.</returns>
    public abstract Task<int> Tick(CancellationToken ct);

    /// <summary>Wakes the loop of this process at once.</summary>
    public void Wake()
    {
        try
        {
            wake.Release();
        }
        catch (SemaphoreFullException)
        {
            // Already awake.
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!context.Configuration.GetValue("Hub:Workers:Enabled", true))
            return;
        using var subscription = context.Signals.Subscribe(Channel, Wake);
        await Task.WhenAll(Enumerable.Range(0, Parallelism).Select(_ => Loop(stoppingToken)));
    }

    private async Task Loop(CancellationToken ct)
    {
        await Task.Yield();
        var failures = 0;
        while (!ct.IsCancellationRequested)
        {
            var pause = Idle;
            try
            {
                if (await Tick(ct) > 0)
                    pause = TimeSpan.Zero;
                failures = 0;
            }
            catch (OperationCanceledException) when (ct.IsCancellationRequested)
            {
                return;
            }
            catch (Exception fault)
            {
                failures++;
                pause = TimeSpan.FromSeconds(Math.Min(30, Math.Pow(2, Math.Min(failures, 5))));
                Log.LogError(fault, "{Worker} failed {Failures} times in a row; next try in {Seconds} s", GetType().Name, failures, pause.TotalSeconds);
            }

            if (pause > TimeSpan.Zero)
                await Sleep(pause, ct);
            else if (wake.CurrentCount > 0)
                await wake.WaitAsync(ct);
        }
    }

    private async Task Sleep(TimeSpan pause, CancellationToken ct)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var woken = wake.WaitAsync(either.Token);
        await Task.WhenAny(woken, Task.Delay(pause, context.Time, either.Token));
        await either.CancelAsync();
        await woken.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <summary>A span for one row of work that belongs to the trace of the request that caused it.</summary>
    /// <param name="name">What is done, such as <c>webhook.process</c>.</param>
    /// <param name="traceParent">The W3C <c>traceparent</c> stored with the row; null starts a new trace.</param>
    protected static Activity? Continue(string name, string? traceParent) => ActivityContext.TryParse(traceParent, null, isRemote: true, out var parent)
        ? Source.StartActivity(name, ActivityKind.Consumer, parent)
        : Source.StartActivity(name, ActivityKind.Consumer);
}

/// <summary>What every worker needs, in one parameter.</summary>
public sealed record WorkerContext(IServiceScopeFactory Scopes, DbSignals Signals, TimeProvider Time, IConfiguration Configuration, ILoggerFactory Logs);
