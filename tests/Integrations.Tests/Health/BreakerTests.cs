using FluentAssertions;
using FsCheck;
using FsCheck.Fluent;
using Hub.Integrations.Health;
using Hub.Integrations.Health.Checks;
using NUnit.Framework;

namespace Hub.Integrations.Tests.Health;

public sealed class BreakerTests
{
    private static readonly DateTimeOffset Start = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private sealed record Step(HealthState State, Breaker Breaker, Observation Seen);

    private static Observation Seen(DateTimeOffset at, string what) => new(at, what is "ok", what is "ok" ? null : what, null);

    private static IEnumerable<Step> Walk(IEnumerable<(int AfterSeconds, string What)> story)
    {
        var (at, state, breaker) = (Start, HealthState.Unobserved(Start), Breaker.Closed);
        foreach (var (after, what) in story)
        {
            at = at.AddSeconds(after);
            var seen = Seen(at, what);
            state = HealthFold.Next(state, seen);
            breaker = breaker.Next(state.Failures, seen);
            yield return new Step(state, breaker, seen);
        }
    }

    private static IEnumerable<(int, string)> Times(int count, string what, int every = 1) => Enumerable.Repeat((every, what), count);

    [Test]
    public void Nine_failures_leave_it_closed_and_the_tenth_opens_it_for_a_minute()
    {
        var steps = Walk(Times(10, "network")).ToArray();
        steps[8].Breaker.Should().Be(Breaker.Closed);
        steps[9].Breaker.Should().Be(new Breaker(1, Start.AddSeconds(10).AddMinutes(1)));
        steps[9].Breaker.PhaseAt(Start.AddSeconds(10)).Should().Be(BreakerPhase.Open);
        steps[9].Breaker.PhaseAt(Start.AddSeconds(70)).Should().Be(BreakerPhase.HalfOpen);
    }

    [Test]
    public void A_success_closes_it_and_a_failed_probe_opens_it_for_twice_as_long()
    {
        Walk([.. Times(10, "network"), (60, "ok")]).Last().Breaker.Should().Be(Breaker.Closed);
        var again = Walk([.. Times(10, "network"), (60, "timeout")]).Last();
        again.Breaker.Should().Be(new Breaker(2, again.Seen.At.AddMinutes(2)));
    }

    [Test]
    public void What_was_under_way_when_it_opened_does_not_keep_it_open_for_longer()
    {
        var opened = Walk(Times(10, "network")).Last().Breaker;
        Walk([.. Times(10, "network"), (5, "network"), (5, "auth")]).Last().Breaker.Should().Be(opened);
    }

    [Test]
    public void Throttling_neither_opens_nor_closes_it()
    {
        Walk(Times(50, "rate_limited")).Last().Breaker.Should().Be(Breaker.Closed);
        Walk([.. Times(10, "network"), (61, "rate_limited")]).Last().Should().Match<Step>(step => step.Breaker.PhaseAt(step.Seen.At) == BreakerPhase.HalfOpen);
    }

    [Test]
    public void The_cool_down_doubles_up_to_half_an_hour() =>
        Enumerable.Range(1, 8).Select(trip => Breaker.CoolDown(trip).TotalMinutes).Should().Equal(1, 2, 4, 8, 16, 30, 30, 30);

    [Test]
    public void Whatever_happens_its_rules_hold()
    {
        var what = Gen.Elements("ok", "network", "network", "timeout", "provider_error", "auth", "rate_limited", "permission");
        var story = Gen.Choose(0, 4000).SelectMany(after => what.Select(w => (after, w))).ListOf();
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(500), Prop.ForAll(story.ToArbitrary(), events =>
        {
            var before = Breaker.Closed;
            foreach (var (state, breaker, seen) in Walk(events))
            {
                if (seen.Ok)
                    breaker.Should().Be(Breaker.Closed, "a success closes it");
                if (state.Failures < HealthFold.BreakerOpensAfter)
                    breaker.Trips.Should().Be(0, "fewer failures in a row never open it");
                breaker.Trips.Should().BeLessThanOrEqualTo(before.Trips + 1);
                if (breaker.Trips > before.Trips)
                {
                    before.PhaseAt(seen.At).Should().NotBe(BreakerPhase.Open, "it opens from closed or half-open only");
                    (breaker.OpenUntil - seen.At).Should().Be(Breaker.CoolDown(breaker.Trips));
                    breaker.PhaseAt(seen.At).Should().Be(BreakerPhase.Open);
                }

                if (breaker.Trips > 0)
                    HealthFold.BreakerOpen(state.Failures).Should().BeTrue("whoever is kept away from new work is known as broken");
                before = breaker;
            }
        }));
    }
}
