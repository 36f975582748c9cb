using System.Globalization;
using Hub.Integrations.Budgets;
using Hub.Integrations.ConnectionTests;
using Hub.Integrations.Integrations;
using Hub.SharedKernel.Budgets;
using Hub.SharedKernel.Outbound;

namespace Hub.Integrations.Actions;

/// <param name="Response">The last answer; null when none came.</param>
/// <param name="Failure">Why none came.</param>
/// <param name="Attempts">How often it was tried.</param>
internal sealed record Pushed(OutboundResponse? Response, OutboundException? Failure, int Attempts);

/// <summary>
/// Sends, and tries again where that cannot do anything twice: when no connection came about, and when the target refused for now (429, 503) and said for
/// how long.
/// </summary>
internal sealed class PushCalls(CallBudgets budgets, TimeProvider time)
{
    private const int MostAttempts = 3;
    private static readonly TimeSpan Budget = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    /// <param name="subject">The integration's configuration.</param>
    /// <param name="build">Makes the request of an attempt: its signature has a time of its own.</param>
    /// <param name="ct">The caller gives up.</param>
    /// <exception cref="BudgetSpentException">The target wants to be left alone: nothing was sent.</exception>
    public async Task<Pushed> Send(EffectiveConfiguration subject, Func<DateTimeOffset, OutboundRequest> build, CancellationToken ct)
    {
        var http = budgets.For(subject, Urgency.Manual);
        var waited = TimeSpan.Zero;
        for (var attempt = 1; ; attempt++)
        {
            var (pushed, pause) = await Try(http, build(time.GetUtcNow()), attempt, ct);
            if (pause is not { } wait || attempt == MostAttempts || waited + wait > Budget)
                return pushed;
            await Task.Delay(wait, time, ct);
            waited += wait;
        }
    }

    private async Task<(Pushed Pushed, TimeSpan? Pause)> Try(HttpCall http, OutboundRequest request, int attempt, CancellationToken ct)
    {
        try
        {
            var response = await http(request, null, ct);
            return (new Pushed(response, null, attempt), response.Status is 429 or 503 ? RetryAfter(response) : null);
        }
        catch (OutboundException fault)
        {
            return (new Pushed(null, fault, attempt), fault.Reason is OutboundReason.Connect or OutboundReason.Dns ? Pause * attempt : null);
        }
    }

    // Seconds, or a date.
    private TimeSpan? RetryAfter(OutboundResponse response) =>
        response.Header("Retry-After") is not { } text ? null
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) ? TimeSpan.FromSeconds(seconds)
        : DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at)
            ? at > time.GetUtcNow() ? at - time.GetUtcNow() : TimeSpan.Zero
        : null;
}
