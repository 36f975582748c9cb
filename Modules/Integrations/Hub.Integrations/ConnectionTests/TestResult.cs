using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Hub.Integrations.Health;

namespace Hub.Integrations.ConnectionTests;

/// <summary>What a connection test found.</summary>
/// <param name="Success">Whether every step worked.</param>
/// <param name="Message">What came out, for people.</param>
/// <param name="TestedAt">When.</param>
/// <param name="LatencyMs">How long the call took that proves the credential; null when none was made.</param>
/// <param name="Reason">null, or auth, permission, not_found, rate_limited, network, tls, timeout, provider_error, config.</param>
/// <param name="Identity">Whom the credential belongs to.</param>
/// <param name="Steps">What was done, in order; the first that failed is the last one.</param>
/// <param name="Transcript">What was said, where the test is a conversation with a mail server; credentials replaced.</param>
internal sealed record TestResult(
    bool Success, string Message, DateTimeOffset TestedAt, double? LatencyMs, string? Reason, string? Identity, IReadOnlyList<TestStep> Steps,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<TranscriptLine>? Transcript = null);

/// <param name="From">client or server.</param>
/// <param name="Line">What it said.</param>
internal sealed record TranscriptLine(string From, string Line);

/// <param name="Name">config, dns, address_policy, connect, tls, auth, permission or sample_read.</param>
/// <param name="Ok">Whether it worked.</param>
/// <param name="Message">What was seen.</param>
/// <param name="TookMs">How long it took.</param>
internal sealed record TestStep(string Name, bool Ok, string? Message, double TookMs);

/// <summary>A result with what only the hub keeps.</summary>
/// <param name="Result">For the client.</param>
/// <param name="Detected">What connecting found out; null leaves what is known.</param>
/// <param name="Observed">Whether it says anything about health: a test that called nobody and found nothing wrong does not.</param>
internal sealed record TestOutcome(TestResult Result, JsonObject? Detected, bool Observed)
{
    /// <summary>How long the provider wants to be left alone, where it says so.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>The hub itself did not call, because the provider allows no calls now: that says nothing of the connection.</summary>
    public bool HeldBack { get; init; }

    public Observation Observation => new(Result.TestedAt, Result.Success, Result.Reason, Result.Message, RetryAfter);

    /// <summary>A test that was broken off because it did not end.</summary>
    public static TestOutcome TimedOut(DateTimeOffset at, TimeSpan after) => new(
        new TestResult(false, $"The test did not end within {after.TotalSeconds:0} seconds.", at, after.TotalMilliseconds, FailureReason.Timeout, null, []), null, true);
}

/// <summary>What a type's test says at its end.</summary>
internal sealed record Finding(string Message, string? Identity, double? LatencyMs, JsonObject? Detected);

/// <summary>A step failed: the test is over. The message is for people; it is redacted before anybody sees it.</summary>
internal sealed class TestStopped(string reason, string message) : Exception(message)
{
    public string Reason { get; } = reason;
}
