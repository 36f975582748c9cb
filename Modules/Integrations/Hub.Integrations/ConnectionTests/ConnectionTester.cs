using Hub.Integrations.Health;
using Hub.Integrations.Integrations;
using Hub.Schemas.Contracts;
using Hub.SharedKernel.Outbound;
using Hub.SharedKernel.Problems;

namespace Hub.Integrations.ConnectionTests;

/// <summary>Runs the test of a type and turns it into a result that shows no secret.</summary>
internal sealed class ConnectionTester(IEnumerable<IConnectionTest> tests, HttpCall http, TimeProvider time)
{
    private readonly Dictionary<string, IConnectionTest> byType = tests.ToDictionary(test => test.Type, StringComparer.Ordinal);

    /// <exception cref="ConflictException">There is no test for this type.</exception>
    public void RequireTestable(IntegrationSchema schema)
    {
        if (!byType.ContainsKey(schema.Id))
            throw new ConflictException("not_testable", $"This version has no connection test for {schema.Name}. Types with one: {string.Join(", ", byType.Keys.Order())}.");
    }

    public async Task<TestOutcome> Run(EffectiveConfiguration subject, CancellationToken ct)
    {
        var secrets = subject.Secrets.Values.Values.ToArray();
        var probe = new TestProbe(http, secrets);
        try
        {
            Check(subject, probe);
            var found = await byType[subject.Type].Run(subject, probe, ct);
            return new TestOutcome(Result(probe, secrets, null, found), found.Detected, probe.Called);
        }
        catch (TestStopped stopped)
        {
            return new TestOutcome(Result(probe, secrets, stopped.Reason, new Finding(stopped.Message, null, null, null)), null, Observed: true);
        }
    }

    private static void Check(EffectiveConfiguration subject, TestProbe probe)
    {
        if (subject.Problem is { } problem)
            throw probe.Failed("config", FailureReason.Config, problem);
    }

    private TestResult Result(TestProbe probe, string[] secrets, string? reason, Finding found) => new(
        reason is null, Clean(found.Message, secrets)!, time.GetUtcNow(), found.LatencyMs is { } latency ? Math.Round(latency, 1) : null, reason,
        Clean(found.Identity, secrets), [.. probe.Steps.Select(step => step with { Message = Clean(step.Message, secrets) })]);

    private static string? Clean(string? text, string[] secrets) => text is null ? null : StorableText.OneLine(Redaction.Redact(text, secrets));
}
