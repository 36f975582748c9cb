using System.Text.Json.Nodes;
using Hub.Integrations.Budgets;
using Hub.Integrations.Calls;
using Hub.Integrations.ConnectionTests.Declared;
using Hub.Integrations.Health;
using Hub.Integrations.Integrations;
using Hub.Schemas.Contracts;
using Hub.SharedKernel.Budgets;
using Hub.SharedKernel.Outbound;
using Hub.SharedKernel.Problems;
using Hub.SharedKernel.Text;

namespace Hub.Integrations.ConnectionTests;

/// <summary>Runs the test of a type and turns it into a result that shows no secret. A type without a test of its own is tested as its document says.</summary>
internal sealed class ConnectionTester(IEnumerable<IConnectionTest> tests, HttpCall http, TimeProvider time, DeclaredTest? declared = null, CallBudgets? budgets = null)
{
    private readonly Dictionary<string, IConnectionTest> byType = tests.ToDictionary(test => test.Type, StringComparer.Ordinal);

    /// <exception cref="ConflictException">There is no test for this type.</exception>
    public void RequireTestable(IntegrationSchema schema)
    {
        if (!CanTest(schema))
            throw new ConflictException("not_testable", $"{schema.Name} has no connection test: its schema document describes none.");
    }

    public bool CanTest(IntegrationSchema schema) => Of(schema) is not null;

    /// <param name="subject">What is tested.</param>
    /// <param name="ct">Gives up.</param>
    /// <param name="urgency">Whether a person waits for the result.</param>
    public async Task<TestOutcome> Run(EffectiveConfiguration subject, CancellationToken ct, Urgency urgency = Urgency.Manual)
    {
        var probe = new TestProbe(budgets?.For(subject, urgency) ?? http, subject.Secrets.Values.Values);
        try
        {
            Check(subject, probe);
            var found = await Of(subject.Schema)!(subject, probe, ct);
            return new TestOutcome(Result(probe, null, found), Clean(found.Detected, probe), probe.Called);
        }
        catch (TestStopped stopped)
        {
            return new TestOutcome(Result(probe, stopped.Reason, new Finding(stopped.Message, null, null, null)), null, Observed: probe.HeldBackUntil is null)
            {
                RetryAfter = HealthFold.MayPass(stopped.Reason) ? RetryAfterHeader.Read(probe.RetryAfter, time.GetUtcNow()) : null,
                HeldBack = probe.HeldBackUntil is not null,
            };
        }
    }

    // A kind such as smtp is a conversation that the type of this name knows how to hold, for private types too.
    private Func<EffectiveConfiguration, TestProbe, CancellationToken, Task<Finding>>? Of(IntegrationSchema schema) =>
        byType.TryGetValue(schema.Id, out var own) ? own.Run
        : TestDescription.KindOf(schema.Test) is { } kind ? byType.TryGetValue(kind, out var shared) ? shared.Run : null
        : TestDescription.Of(schema.Test).Count > 0 && declared is not null ? declared.Run
        : null;

    private static void Check(EffectiveConfiguration subject, TestProbe probe)
    {
        if (subject.Problem is { } problem)
            throw probe.Failed("config", FailureReason.Config, problem);
    }

    private TestResult Result(TestProbe probe, string? reason, Finding found) => new(
        reason is null, Clean(found.Message, probe)!, time.GetUtcNow(), found.LatencyMs is { } latency ? Math.Round(latency, 1) : null, reason,
        Clean(found.Identity, probe), [.. probe.Steps.Select(step => step with { Message = Clean(step.Message, probe) })],
        probe.Transcript is { } said ? [.. said.Select(line => line with { Line = Clean(line.Line, probe)! })] : null);

    // What connecting found out are words of the other side, too: one that says everything back must not have the credential stored in plain text.
    private static JsonObject? Clean(JsonObject? detected, TestProbe probe) => detected is null ? null : new JsonObject(detected.Select(pair => KeyValuePair.Create(
        pair.Key, pair.Value is JsonValue value && value.TryGetValue<string>(out var text) ? JsonValue.Create(Clean(text, probe)) : pair.Value?.DeepClone())));

    private static string? Clean(string? text, TestProbe probe) => text is null ? null : StorableText.OneLine(Redaction.Redact(text, probe.Hidden));
}
