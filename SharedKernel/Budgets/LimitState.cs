namespace Hub.SharedKernel.Budgets;

/// <summary>One limit of one credential, as all replicas know it.</summary>
internal sealed record LimitState
{
    /// <summary>Which calls draw on it; empty for all of the credential.</summary>
    public required string Scope { get; init; }

    public required string Name { get; init; }

    /// <summary>Calls per window.</summary>
    public int? Capacity { get; init; }

    /// <summary>Calls that may still be handed out in this window; null when nobody counts.</summary>
    public int? Remaining { get; init; }

    /// <summary>Calls that come back at the end of a window; null when all do.</summary>
    public int? Refill { get; init; }

    public double? WindowSeconds { get; init; }

    public DateTimeOffset? ResetsAt { get; init; }

    /// <summary>Nobody calls before. When it is over it stays until a call has proven that the provider takes calls again.</summary>
    public DateTimeOffset? PausedUntil { get; init; }

    /// <summary>Until then the one call that may prove it is awaited.</summary>
    public DateTimeOffset? ProbeUntil { get; init; }

    /// <summary>Refusals in a row.</summary>
    public int BackoffStep { get; init; }

    /// <summary>When an answer last told of it.</summary>
    public DateTimeOffset ObservedAt { get; init; }

    public LimitKey Key => new(Scope, Name);

    public TimeSpan? Window => WindowSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : null;
}

internal readonly record struct LimitKey(string Scope, string Name);
