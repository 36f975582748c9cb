using System.Diagnostics;
using Hub.Integrations.Health;
using Hub.SharedKernel.Budgets;
using Hub.SharedKernel.Outbound;

namespace Hub.Integrations.ConnectionTests;

/// <summary>The way out of a test, as <see cref="OutboundHttp"/> has it.</summary>
internal delegate Task<OutboundResponse> HttpCall(OutboundRequest request, OutboundTrace? trace, CancellationToken ct);

/// <summary>Makes the calls of one test and writes down its steps.</summary>
internal sealed class TestProbe(HttpCall http, IEnumerable<string> secrets)
{
    private static readonly TimeSpan PerCall = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan PerTest = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Least = TimeSpan.FromSeconds(1);
    private const int MaxAnswer = 4 * 1024 * 1024;
    private readonly long started = Stopwatch.GetTimestamp();
    private readonly List<TestStep> steps = [];
    private readonly List<string> hidden = [.. secrets];

    public IReadOnlyList<TestStep> Steps => steps;

    /// <summary>What no text of this test may show.</summary>
    public IReadOnlyCollection<string> Hidden => hidden;

    /// <summary>Whether anything was called.</summary>
    public bool Called { get; private set; }

    /// <summary>What was said, where the test is a conversation.</summary>
    public IReadOnlyList<TranscriptLine>? Transcript { get; private set; }

    /// <summary>A conversation begins that is not HTTP.</summary>
    public void Converse(IReadOnlyList<TranscriptLine> transcript) => (Called, Transcript) = (true, transcript);

    /// <summary>Adds a secret that came up on the way, such as a token.</summary>
    public void Hide(string secret) => hidden.Add(secret);

    /// <summary>The header <c>Retry-After</c> of the last answer.</summary>
    public string? RetryAfter { get; private set; }

    /// <summary>Set when the provider allows no call now: nothing more was called.</summary>
    public DateTimeOffset? HeldBackUntil { get; private set; }

    public void Passed(string step, string? message, double tookMs = 0) => steps.Add(new TestStep(step, true, message, Rounded(tookMs)));

    /// <summary>Writes the failed step down; throw what it returns.</summary>
    public TestStopped Failed(string step, string reason, string message, double tookMs = 0)
    {
        steps.Add(new TestStep(step, false, message, Rounded(tookMs)));
        return new TestStopped(reason, message);
    }

    /// <summary>The first call of a test: connects anew and notes how that went, step by step.</summary>
    /// <param name="step">The step to blame when the connection stands but no answer comes.</param>
    /// <param name="request">Without time limit and secrets.</param>
    /// <param name="ct">Gives up.</param>
    public async Task<OutboundResponse> Connect(string step, OutboundRequest request, CancellationToken ct)
    {
        var trace = new OutboundTrace();
        try
        {
            return await Send(request with { FreshConnection = true }, trace, () => Note(trace), ct);
        }
        catch (BudgetSpentException spent)
        {
            throw HeldBack(step, spent);
        }
        catch (OutboundException fault)
        {
            if (steps.All(done => done.Ok))
                steps.Add(new TestStep(StepOf(fault.Reason) ?? step, false, fault.Message, 0));
            throw new TestStopped(ReasonOf(fault.Reason), fault.Message);
        }
    }

    public async Task<OutboundResponse> Call(string step, OutboundRequest request, CancellationToken ct)
    {
        try
        {
            return await Send(request, null, () => { }, ct);
        }
        catch (BudgetSpentException spent)
        {
            throw HeldBack(step, spent);
        }
        catch (OutboundException fault)
        {
            throw Failed(StepOf(fault.Reason) ?? step, ReasonOf(fault.Reason), fault.Message);
        }
    }

    public static string ReasonOf(OutboundReason reason) => reason switch
    {
        OutboundReason.AddressPolicy or OutboundReason.InvalidUrl or OutboundReason.InvalidHeader => FailureReason.Config,
        OutboundReason.Tls => FailureReason.Tls,
        OutboundReason.Timeout => FailureReason.Timeout,
        OutboundReason.TooLarge or OutboundReason.Redirect => FailureReason.ProviderError,
        _ => FailureReason.Network,
    };

    private static string? StepOf(OutboundReason reason) => reason switch
    {
        OutboundReason.Dns => "dns",
        OutboundReason.AddressPolicy => "address_policy",
        OutboundReason.Connect => "connect",
        OutboundReason.Tls => "tls",
        OutboundReason.InvalidUrl or OutboundReason.InvalidHeader => "config",
        _ => null,
    };

    private async Task<OutboundResponse> Send(OutboundRequest request, OutboundTrace? trace, Action note, CancellationToken ct)
    {
        try
        {
            var left = PerTest - Stopwatch.GetElapsedTime(started);
            var timeout = left < Least ? Least : left < PerCall ? left : PerCall;
            var response = await http(request with { Timeout = timeout, Secrets = hidden, MaxResponseBytes = MaxAnswer }, trace, ct);
            Called = true;
            RetryAfter = response.Header("Retry-After");
            return response;
        }
        catch (Exception fault) when (fault is not BudgetSpentException)
        {
            Called = true;
            throw;
        }
        finally
        {
            note();
        }
    }

    private TestStopped HeldBack(string step, BudgetSpentException spent)
    {
        HeldBackUntil = spent.Until;
        return Failed(step, FailureReason.RateLimited, spent.Message);
    }

    private void Note(OutboundTrace trace) => steps.AddRange(trace.Steps.Select(done => new TestStep(done.Name, done.Ok, done.Message, Rounded(done.TookMs))));

    private static double Rounded(double milliseconds) => Math.Round(milliseconds, 1);
}
