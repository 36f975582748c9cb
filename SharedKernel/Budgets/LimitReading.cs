namespace Hub.SharedKernel.Budgets;

/// <summary>What one answer says of one limit. Times are counted from the answer, so that the provider's clock does not matter.</summary>
/// <param name="Scope">Which calls draw on it; empty for all of the credential.</param>
/// <param name="Name">What it is called.</param>
internal sealed record LimitReading(string Scope, string Name)
{
    public LimitKey Key => new(Scope, Name);

    /// <summary>Calls allowed per window.</summary>
    public int? Capacity { get; init; }

    /// <summary>Calls left of it.</summary>
    public int? Remaining { get; init; }

    /// <summary>How long until the window ends.</summary>
    public TimeSpan? ResetsIn { get; init; }

    /// <summary>The length of a window, where the provider or its documentation tells.</summary>
    public TimeSpan? Window { get; init; }

    /// <summary>Calls that come back at the end of each window; null when all do.</summary>
    public int? Refill { get; init; }

    /// <summary>The call was refused and nobody may call for so long; null when it was not, or no time was told.</summary>
    public TimeSpan? Pause { get; init; }

    /// <summary>The call was refused without a time: the first pause, which doubles with each further one.</summary>
    public TimeSpan? Backoff { get; init; }

    /// <summary>It tells how many calls are left until when. A count without an end says nothing of tomorrow.</summary>
    public bool Counts => Remaining is not null && (ResetsIn ?? Window) is { } ends && ends > TimeSpan.Zero;

    public bool Refused => Pause is not null || Backoff is not null;
}

/// <summary>A limit that a call draws on.</summary>
/// <param name="Scope">Every limit of this scope.</param>
/// <param name="Cost">How much the call takes.</param>
/// <param name="Assumed">What is documented of the limit although no answer tells it.</param>
internal sealed record Draw(string Scope, int Cost = 1, LimitReading? Assumed = null);
