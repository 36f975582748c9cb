using System.Diagnostics;

namespace Hub.SharedKernel.Outbound;

/// <summary>One step of making a connection: <c>dns</c>, <c>address_policy</c>, <c>connect</c> or <c>tls</c>.</summary>
public sealed record OutboundStep(string Name, bool Ok, string? Message, double TookMs);

/// <summary>
/// What happened while a connection was made, filled by a call with <see cref="OutboundRequest.FreshConnection"/>, whether it succeeds or fails.
/// After redirects it tells of the last hop.
/// </summary>
public sealed class OutboundTrace
{
    private readonly Lock gate = new();
    private readonly List<OutboundStep> steps = [];
    private (string Name, long Since)? open;
    private bool closed;

    public IReadOnlyList<OutboundStep> Steps
    {
        get
        {
            lock (gate)
                return [.. steps];
        }
    }

    internal void Restart()
    {
        lock (gate)
        {
            steps.Clear();
            (open, closed) = (null, false);
        }
    }

    internal void Begin(string name)
    {
        lock (gate)
            open = closed ? null : (name, Stopwatch.GetTimestamp());
    }

    internal void End(bool ok, string? message = null)
    {
        lock (gate)
        {
            if (open is { } step)
                steps.Add(new(step.Name, ok, message, Stopwatch.GetElapsedTime(step.Since).TotalMilliseconds));
            open = null;
        }
    }

    // An attempt to connect may outlive the call that gave up on it; what it reports then is nobody's business any more.
    internal void Close(string? failure)
    {
        lock (gate)
        {
            if (failure is not null)
                End(false, failure);
            (open, closed) = (null, true);
        }
    }
}
