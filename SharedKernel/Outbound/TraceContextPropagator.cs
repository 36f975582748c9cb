using System.Diagnostics;

namespace Hub.SharedKernel.Outbound;

/// <summary>Sends the W3C trace context and nothing else: baggage of our own callers is not for third parties.</summary>
internal sealed class TraceContextPropagator : DistributedContextPropagator
{
    private readonly DistributedContextPropagator platform = CreateDefaultPropagator();

    public override IReadOnlyCollection<string> Fields => ["traceparent", "tracestate"];

    public override void Inject(Activity? activity, object? carrier, PropagatorSetterCallback? setter)
    {
        if (setter is not null)
            platform.Inject(activity, carrier, (target, name, value) =>
            {
                if (Fields.Contains(name, StringComparer.OrdinalIgnoreCase))
                    setter(target, name, value);
            });
    }

    public override void ExtractTraceIdAndState(object? carrier, PropagatorGetterCallback? getter, out string? traceId, out string? traceState) =>
        platform.ExtractTraceIdAndState(carrier, getter, out traceId, out traceState);

    public override IEnumerable<KeyValuePair<string, string?>>? ExtractBaggage(object? carrier, PropagatorGetterCallback? getter) => null;
}
