using FluentAssertions;
using FsCheck;
using FsCheck.Fluent;
using Hub.Integrations.Health;
using Hub.Integrations.Health.Checks;
using NUnit.Framework;

namespace Hub.Integrations.Tests.Health;

public sealed class CheckScheduleTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(15);

    private static TimeSpan Wait(int failures, string? reason, TimeSpan? retryAfter = null, Breaker? breaker = null) => CheckSchedule.After(
        7, new HealthState(HealthStatus.Error, reason, null, Now, failures), breaker ?? Breaker.Closed, new Observation(Now, reason is null, reason, null, retryAfter), Interval) - Now;

    [TestCase(1, 1)]
    [TestCase(2, 2)]
    [TestCase(3, 5)]
    [TestCase(4, 15)]
    [TestCase(9, 15)]
    public void What_may_pass_is_looked_at_soon_and_less_and_less_often(int failures, int minutes)
    {
        foreach (var reason in new[] { "network", "timeout", "provider_error" })
            Wait(failures, reason).Should().Be(TimeSpan.FromMinutes(minutes));
    }

    [Test]
    public void A_refused_credential_is_not_tried_more_often_than_a_good_one()
    {
        foreach (var reason in new[] { "auth", "permission", "config", "not_found", "tls" })
            Wait(1, reason).Should().Be(CheckSchedule.Regular(7, Now, Interval) - Now);
    }

    [Test]
    public void Who_throttles_is_left_alone_for_as_long_as_it_says()
    {
        Wait(0, "rate_limited", TimeSpan.FromHours(2)).Should().Be(TimeSpan.FromHours(2));
        Wait(0, "rate_limited", TimeSpan.FromSeconds(5)).Should().Be(CheckSchedule.Regular(7, Now, Interval) - Now, "never sooner than usual");
        Wait(0, "rate_limited", TimeSpan.FromDays(4000)).Should().Be(TimeSpan.FromHours(24), "a provider that says never is asked again tomorrow");
    }

    [Test]
    public void An_open_breaker_is_probed_when_its_cool_down_ends()
    {
        var open = new Breaker(1, Now.AddMinutes(1));
        Wait(10, "network", breaker: open).Should().Be(TimeSpan.FromMinutes(1));
        Wait(10, "auth", breaker: new Breaker(6, Now.AddMinutes(30))).Should().Be(TimeSpan.FromMinutes(30), "not before the cool-down is over");
    }

    [Test]
    public void Every_integration_keeps_a_place_of_its_own_in_the_interval()
    {
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(500), Prop.ForAll(
            Gen.Choose(1, int.MaxValue).Two().ToArbitrary(), pair =>
            {
                var (id, seconds) = pair;
                var now = Now.AddSeconds(seconds % 1_000_000);
                var next = CheckSchedule.Regular(id, now, Interval);
                (next - now).Should().BeGreaterThanOrEqualTo(Interval / 2).And.BeLessThan(Interval * 1.5);
                CheckSchedule.Regular(id, next, Interval).Should().Be(next + Interval, "who is on time stays at its place");
                CheckSchedule.Regular(id, next.AddSeconds(90), Interval).Should().Be(next + Interval, "who is a little late comes back to it");
                (CheckSchedule.First(id, now) - now).Should().BeGreaterThanOrEqualTo(TimeSpan.FromMinutes(1)).And.BeLessThanOrEqualTo(TimeSpan.FromMinutes(2));
            }));
    }

    [Test]
    public void Ten_thousand_are_spread_evenly()
    {
        var perMinute = Enumerable.Range(1, 10_000).GroupBy(id => (int)(CheckSchedule.Regular(id, Now, Interval) - Now).TotalMinutes).Select(minute => minute.Count()).ToArray();
        perMinute.Should().HaveCountGreaterThanOrEqualTo(15);
        perMinute.Max().Should().BeLessThan(700, "10,000 in 15 minutes are 667 a minute");
    }
}
