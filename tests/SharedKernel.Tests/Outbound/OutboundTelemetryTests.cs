using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Globalization;
using FluentAssertions;
using Hub.SharedKernel.Outbound;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using NUnit.Framework;
using static Hub.SharedKernel.Tests.Outbound.OutboundHttpTests;

namespace Hub.SharedKernel.Tests.Outbound;

public sealed class OutboundTelemetryTests
{
    private static readonly AsyncLocal<ConcurrentQueue<string>?> Here = new();

    [Test]
    public async Task every_call_is_measured_by_its_outcome_alone()
    {
        // Recording happens in the caller's context, so other tests' calls do not get here.
        var seen = new ConcurrentQueue<string>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, self) =>
            {
                if (instrument is { Name: "hub.outbound.duration", Unit: "s", Meter.Name: "Hub.Outbound" })
                    self.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<double>((_, value, tags, _) =>
        {
            if (value is > 0 and < 60)
                Here.Value?.Enqueue(string.Join(',', tags.ToArray().Select(tag => $"{tag.Key}={tag.Value}")));
        });
        listener.Start();
        await using var peer = await Peer.Start(context =>
        {
            context.Response.StatusCode = int.Parse(context.Request.Path.Value![1..], CultureInfo.InvariantCulture);
            return Task.CompletedTask;
        });
        using var http = Peer.Client();
        Here.Value = seen;
        await http.Send(Peer.Get(peer.At("/204")), default);
        await http.Send(Peer.Get(peer.At("/503")), default);
        await Failure(http, Peer.Get(new("http://10.0.0.1/")));
        await FluentActions.Awaiting(() => http.Send(Peer.Get(peer.At("/200")), new CancellationToken(true)))
            .Should().ThrowAsync<OperationCanceledException>();
        seen.Should().Equal("outcome=2xx", "outcome=5xx", "outcome=address_policy", "outcome=cancelled");
    }

    [Test]
    public async Task the_log_line_has_no_query_and_no_secret()
    {
        var lines = new Lines();
        await using var peer = await Peer.Start(context => context.Response.WriteAsync("ok"));
        using var http = new OutboundHttp(new AddressPolicy(["127.0.0.0/8"]), lines);
        await http.Send(Peer.Get(peer.At("/hook/s3cr3t?token=s3cr3t")) with { Secrets = ["s3cr3t"] }, default);
        lines.Written.Should().ContainSingle().Which.Should().MatchRegex(@"^GET 127\.0\.0\.1/hook/\[redacted\]: 2xx in \d+ ms$");
    }

    private sealed class Lines : ILogger<OutboundHttp>
    {
        public List<string> Written { get; } = [];

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Written.Add(formatter(state, exception));
    }
}
