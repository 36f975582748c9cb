using FluentAssertions;
using Hub.Integrations.Health;
using Hub.Integrations.Integrations;
using NUnit.Framework;

namespace Hub.Integrations.Tests;

public sealed class IntegrationsHealthTests
{
    private static readonly DateTimeOffset Start = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private static HealthState Fold(params string[] reasons)
    {
        var state = HealthState.Unobserved(Start);
        for (var i = 0; i < reasons.Length; i++)
            state = HealthFold.Next(state, new Observation(Start.AddMinutes(i + 1), reasons[i] is "ok", reasons[i] is "ok" ? null : reasons[i], reasons[i]));
        return state;
    }

    [TestCase("unknown")]
    [TestCase("healthy", "ok")]
    [TestCase("error", "auth")]
    [TestCase("error", "ok", "permission")]
    [TestCase("error", "config")]
    [TestCase("error", "not_found")]
    [TestCase("error", "tls")]
    [TestCase("warning", "rate_limited", "rate_limited", "rate_limited", "rate_limited", "rate_limited")]
    [TestCase("warning", "network")]
    [TestCase("warning", "timeout", "provider_error")]
    [TestCase("error", "network", "timeout", "provider_error")]
    [TestCase("warning", "network", "timeout", "ok", "network")]
    [TestCase("error", "network", "timeout", "rate_limited", "network")]
    [TestCase("error", "auth", "rate_limited")]
    [TestCase("error", "auth", "timeout")]
    [TestCase("healthy", "auth", "ok")]
    [TestCase("warning", "something new")]
    public void Health_is_what_the_observations_add_up_to(string expected, params string[] reasons) => Fold(reasons).Status.Should().Be(expected);

    [Test]
    public void A_refused_credential_stays_the_reason_while_calls_fail_for_other_reasons() =>
        Fold("auth", "timeout", "network", "network").Should().BeEquivalentTo(new { Status = "error", Reason = "auth", Failures = 4 });

    [Test]
    public void Since_moves_only_when_the_status_moves()
    {
        Fold("ok", "ok", "ok").Since.Should().Be(Start.AddMinutes(1));
        Fold("ok", "network", "network", "network", "network").Since.Should().Be(Start.AddMinutes(4));
    }

    [Test]
    public void Ten_failures_in_a_row_open_the_breaker_and_one_success_closes_it()
    {
        var failures = Enumerable.Repeat("network", 10).ToArray();
        HealthFold.BreakerOpen(Fold(failures[..9]).Failures).Should().BeFalse();
        HealthFold.BreakerOpen(Fold(failures).Failures).Should().BeTrue();
        HealthFold.BreakerOpen(Fold([.. failures, "ok"]).Failures).Should().BeFalse();
        HealthFold.BreakerOpen(Fold([.. Enumerable.Repeat("rate_limited", 50)]).Failures).Should().BeFalse();
    }

    [TestCase(true, true, false, "active")]
    [TestCase(true, true, true, "error")]
    [TestCase(false, true, false, "inactive")]
    [TestCase(false, true, true, "inactive")]
    [TestCase(false, false, false, "configuring")]
    [TestCase(true, false, true, "configuring")]
    public void The_status_follows_from_three_facts(bool enabled, bool complete, bool breakerOpen, string status) =>
        IntegrationStatus.Of(enabled, complete, breakerOpen).Should().Be(status);
}
