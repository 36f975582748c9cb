using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Text.Json;
using Microsoft.Extensions.Logging;

namespace Hub.SharedKernel.Outbound;

/// <summary>
/// The one way out: every call to somebody else's server goes through here. It connects only where the <see cref="AddressPolicy"/> allows, ends
/// in time, reads at most what was asked for, uses no proxy and keeps no cookies.
/// </summary>
public sealed class OutboundHttp : IDisposable
{
    private static readonly Meter Meter = new("Hub.Outbound");

    private static readonly Histogram<double> Duration = Meter.CreateHistogram<double>("hub.outbound.duration", "s", "Outbound calls, by outcome",
        advice: new() { HistogramBucketBoundaries = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60] });

    private readonly ILogger<OutboundHttp> log;
    private readonly OutboundWiring wiring;
    private readonly Connector connector;
    private readonly HttpMessageInvoker pooled;

    public OutboundHttp(AddressPolicy policy, ILogger<OutboundHttp> log) : this(policy, log, new OutboundWiring()) { }

    internal OutboundHttp(AddressPolicy policy, ILogger<OutboundHttp> log, OutboundWiring wiring)
    {
        this.log = log;
        this.wiring = wiring;
        connector = new Connector(policy, wiring);
        pooled = new HttpMessageInvoker(OutboundHandlers.Pooled(connector, wiring));
    }

    /// <summary>Makes the call and reads the whole answer, whatever its status.</summary>
    /// <exception cref="OutboundException">There is no complete answer; see its reason.</exception>
    /// <exception cref="OperationCanceledException">The caller gave up.</exception>
    public Task<OutboundResponse> Send(OutboundRequest request, CancellationToken ct) => Send(request, null, ct);

    /// <inheritdoc cref="Send(OutboundRequest, CancellationToken)"/>
    /// <param name="trace">Filled when the request wants a connection of its own.</param>
    public async Task<OutboundResponse> Send(OutboundRequest request, OutboundTrace? trace, CancellationToken ct)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(request.Timeout, TimeSpan.Zero);
        // The network keeps its own time: a clock that a test turns must not end calls.
        var started = Stopwatch.GetTimestamp();
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(ct);
        deadline.CancelAfter(request.Timeout);
        using var own = request is { FreshConnection: true } or { Trust: not null }
            ? new HttpMessageInvoker(OutboundHandlers.Fresh(connector, wiring, trace, request.Trust)) : null;
        var hop = request;
        var outcome = "cancelled";
        string? failed = null;
        try
        {
            for (var followed = 0; ; followed++)
            {
                trace?.Restart();
                using var message = RequestMessages.Build(hop);
                using var response = await (own ?? pooled).SendAsync(message, deadline.Token);
                var headers = ResponseBodies.Headers(response);
                var status = (int)response.StatusCode;
                if (Redirects.Next(hop, status, headers.GetValueOrDefault("Location"), followed) is { } next)
                {
                    hop = next;
                    continue;
                }

                var body = await ResponseBodies.Read(response, hop, deadline.Token);
                outcome = $"{status / 100}xx";
                return new(status, headers, body, hop.Url, Stopwatch.GetElapsedTime(started));
            }
        }
        catch (Exception) when (ct.IsCancellationRequested)
        {
            throw new OperationCanceledException(ct);
        }
        catch (Exception e) when (Failures.Explain(e, hop) is { } failure)
        {
            (outcome, failed) = (JsonNamingPolicy.SnakeCaseLower.ConvertName(failure.Reason.ToString()), failure.Message);
            throw failure;
        }
        finally
        {
            trace?.Close(failed);
            Tell(hop, outcome, Stopwatch.GetElapsedTime(started));
        }
    }

    public void Dispose() => pooled.Dispose();

    private void Tell(OutboundRequest request, string outcome, TimeSpan took)
    {
        Duration.Record(took.TotalSeconds, new KeyValuePair<string, object?>("outcome", outcome));
        if (log.IsEnabled(LogLevel.Debug) && request.Url.IsAbsoluteUri)
            log.LogDebug("{Method} {Place}: {Outcome} in {Took:0} ms", request.Method,
                Redaction.Redact(Failures.Place(request), request.Secrets), outcome, took.TotalMilliseconds);
    }
}
