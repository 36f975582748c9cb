using System.Globalization;
using System.Text.Json.Nodes;
using Hub.Integrations.Calls;
using Hub.Integrations.Health;
using Hub.Integrations.Integrations;

namespace Hub.Integrations.ConnectionTests.Declared;

/// <summary>One run of a described test.</summary>
internal sealed class DeclaredRun(Authenticators authenticators, EffectiveConfiguration subject, TestProbe probe, TimeProvider time)
{
    // A second apart: about as long as a test may take.
    private const int MaxPolls = 20;

    private readonly List<string> seen = [];
    private string? identity;
    private double? latencyMs;
    private DateTimeOffset? expires;

    /// <summary>The step under way.</summary>
    public string Step { get; private set; } = "config";

    public async Task<Finding> Go(CancellationToken ct)
    {
        var context = authenticators.Open(subject, probe, () => Step);
        if (TestDescription.Of(subject.Schema.Test).FirstOrDefault(choice => context.Values.Holds(choice.When)) is not { } test)
            return Untestable();
        probe.Passed("config", test.Url.Contains("{token.", StringComparison.Ordinal) ? null : $"Asks {CallDrafts.Of(test, context).Url.Host}");
        await Ask(test, context, first: true, ct);
        var said = string.Join("; ", seen.Concat(context.Remarks));
        return new Finding($"Connected to {subject.Schema.Name}{(said.Length > 0 ? ": " : "")}{said}.", identity, latencyMs, Detected(context));
    }

    private Finding Untestable()
    {
        const string message = "Configured. With these settings nothing can be asked without sending something, so this is not tested.";
        probe.Passed("config", message);
        return new Finding(message, null, null, null);
    }

    private async Task Ask(TestDescription test, CallContext context, bool first, CancellationToken ct)
    {
        Step = first ? "auth" : "permission";
        var answer = await Answered(test, context, ct);
        var verdict = Verdict.Of(answer, test, subject.Schema.Name);
        if (verdict.Try is { } second)
        {
            await Ask(second, context, first, ct);
            return;
        }

        if (!verdict.Ok)
            throw Refused(verdict, answer, first);
        var found = verdict.Expected && test.Identity is { } template ? AnswerTemplate.Render(template, answer, context).OrNull : null;
        probe.Passed(Step, verdict.Message ?? found, answer.TookMs);
        if ((verdict.Message ?? found)?.TrimEnd('.') is { Length: > 0 } said)
            seen.Add(said);
        if (first)
            (identity, latencyMs) = (found, answer.TookMs);
        if (verdict.Expected && test.Expires is { } ends)
            expires = Times.FromText(AnswerTemplate.Render(ends, answer, context).OrNull) ?? expires;
        if (!verdict.Expected)
            return;
        foreach (var next in test.Then ?? [])
            if (context.Values.Holds(next.When))
                await Ask(next, context, first: false, ct);
    }

    private async Task<Answer> Answered(TestDescription test, CallContext context, CancellationToken ct)
    {
        var draft = await authenticators.Prepare(test, context, ct);
        if (test.Signed)
            DeclaredSignature.Add(draft, subject, context, time.GetUtcNow());
        var answer = await context.Send(draft, ct);
        for (var asked = 0; asked < MaxPolls && test.Poll is { } poll && answer.HasStatus(poll.Status) && !answer.IsPage; asked++)
        {
            await Task.Delay(TimeSpan.FromSeconds(1), time, ct);
            var again = test with { Method = "GET", Url = AnswerTemplate.RenderAddress(poll.Url, answer), Body = null };
            answer = await context.Send(await authenticators.Prepare(again, context, ct), ct);
        }

        return answer;
    }

    // 403 is said to those who are known.
    private TestStopped Refused(Verdict verdict, Answer answer, bool first)
    {
        if (first && verdict.Reason is FailureReason.Permission)
        {
            probe.Passed("auth", "The credential is known", answer.TookMs);
            Step = "permission";
        }

        return probe.Failed(Step, verdict.Reason!, verdict.Message!, answer.TookMs);
    }

    private JsonObject Detected(CallContext context) =>
        (expires ?? context.CredentialExpiresAt) is { } ends
            ? new() { ["credential_expires_at"] = ends.UtcDateTime.ToString("O", CultureInfo.InvariantCulture) }
            : [];
}
