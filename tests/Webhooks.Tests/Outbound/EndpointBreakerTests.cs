using FluentAssertions;
using FsCheck;
using FsCheck.Fluent;
using Hub.Webhooks.Sending;
using NUnit.Framework;

namespace Hub.Webhooks.Tests.Outbound;

public sealed class EndpointBreakerTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

    private static DeliveryOutcome Outcome(DeliveryVerdict verdict) => new(verdict, null, null, null);

    private static EndpointCondition Fold(IEnumerable<DeliveryVerdict> verdicts) =>
        verdicts.Select((verdict, i) => (verdict, i)).Aggregate(
            EndpointCondition.Fresh, (now, one) => EndpointBreaker.Next(now, Outcome(one.verdict), Start.AddMinutes(one.i)));

    [Test]
    public void A_success_closes_whatever_was() => Prop.ForAll(Gen.Elements(Enum.GetValues<DeliveryVerdict>().Except([DeliveryVerdict.Gone]).ToArray()).ListOf().ToArbitrary(), verdicts =>
    {
        var after = Fold([.. verdicts, DeliveryVerdict.Accepted]);
        return (after.Breaker == EndpointCondition.Closed).And(after.Failures == 0).And(after.FailingSince is null);
    }).QuickCheckThrowOnFailure();

    [Test]
    public void It_opens_after_five_failures_in_a_row_and_not_before() => Prop.ForAll(
        Gen.Elements(DeliveryVerdict.Accepted, DeliveryVerdict.Failed).ListOf().ToArbitrary(), verdicts =>
    {
        var row = Enumerable.Reverse(verdicts).TakeWhile(verdict => verdict is DeliveryVerdict.Failed).Count();
        return (Fold(verdicts).Breaker == EndpointCondition.Open) == (row >= EndpointBreaker.OpensAfter);
    }).QuickCheckThrowOnFailure();

    [Test]
    public void Pauses_double_up_to_a_quarter_of_an_hour()
    {
        var condition = Fold(Enumerable.Repeat(DeliveryVerdict.Failed, EndpointBreaker.OpensAfter));
        var pauses = new List<double>();
        for (var i = 0; i < 8; i++)
        {
            condition = EndpointBreaker.Next(condition with { Breaker = EndpointCondition.HalfOpen }, Outcome(DeliveryVerdict.Failed), Start.AddHours(i));
            pauses.Add((condition.OpenUntil!.Value - Start.AddHours(i)).TotalSeconds);
        }

        pauses.Should().Equal(60, 120, 240, 480, 900, 900, 900, 900);
    }

    [Test]
    public void Five_days_without_success_disable_it_and_the_owner_hears_of_each_turn_once()
    {
        var condition = EndpointCondition.Fresh;
        var news = new List<string>();
        for (var hour = 0; hour <= 121; hour++)
        {
            var next = EndpointBreaker.Next(condition with { Breaker = hour > 4 && condition.Breaker is EndpointCondition.Open ? EndpointCondition.HalfOpen : condition.Breaker },
                Outcome(DeliveryVerdict.Failed), Start.AddHours(hour));
            if (EndpointBreaker.News(condition, next) is { } told)
                news.Add(told);
            condition = next;
            if (condition.State is "disabled")
                break;
        }

        news.Should().Equal("failing", "breaker_opened", "disabled");
        condition.DisabledReason.Should().Contain("five days");
    }

    [Test]
    public void A_quiet_week_between_failures_disables_nothing_and_no_patience_is_longer_than_a_day()
    {
        var once = EndpointBreaker.Next(EndpointCondition.Fresh, Outcome(DeliveryVerdict.Failed), Start);
        var again = EndpointBreaker.Next(once, Outcome(DeliveryVerdict.Failed), Start.AddDays(7));
        (again.State, again.FailingSince).Should().Be(("active", Start.AddDays(7)));
        var asked = EndpointBreaker.Next(EndpointCondition.Fresh, Outcome(DeliveryVerdict.Throttled) with { RetryAfter = TimeSpan.FromDays(3650) }, Start);
        asked.NotBefore.Should().Be(Start.AddDays(1));
    }

    private sealed record Waiting(string Status, int Attempt, DateTimeOffset? Next);

    /// <summary>Three messages, an endpoint that answers at random for a while and then always accepts; a disabled one is enabled and recovered.</summary>
    [Test]
    public void Whatever_an_endpoint_answers_no_message_is_lost_and_none_waits_for_ever() => Prop.ForAll(
        Gen.Choose(0, 300).SelectMany(minutes => Gen.Frequency(
                (6, Gen.Constant(DeliveryVerdict.Failed)), (2, Gen.Constant(DeliveryVerdict.Accepted)), (2, Gen.Constant(DeliveryVerdict.Throttled)), (1, Gen.Constant(DeliveryVerdict.Gone)))
            .Select(verdict => (minutes, verdict))).ListOf().ToArbitrary(), steps =>
    {
        var (condition, now) = (EndpointCondition.Fresh, Start);
        var messages = Enumerable.Repeat(new Waiting(DeliveryFate.Pending, 0, Start), 3).ToArray();
        foreach (var (minutes, verdict) in steps)
        {
            now = now.AddMinutes(minutes);
            Send(verdict);
            if (condition.State is not "disabled")
                continue;
            condition = EndpointCondition.Fresh with { LastSuccessAt = condition.LastSuccessAt, SlowStart = 1 };
            messages = [.. messages.Select(one => one.Status is DeliveryFate.Delivered ? one : new Waiting(DeliveryFate.Pending, 0, now))];
        }

        for (var i = 0; i < 20 && messages.Any(one => one.Status is DeliveryFate.Pending); i++)
        {
            var due = new[] { messages.Where(one => one.Status is DeliveryFate.Pending).Min(one => one.Next), condition.NotBefore, condition.OpenUntil }.Max()!.Value;
            if (due - now > TimeSpan.FromHours(24.1))
                return false;
            now = due > now ? due : now;
            Send(DeliveryVerdict.Accepted);
        }

        return messages.All(one => one.Status is DeliveryFate.Delivered || (one.Status is DeliveryFate.Failed && one.Attempt == DeliverySchedule.MaxAttempts));

        void Send(DeliveryVerdict verdict)
        {
            var index = Array.FindIndex(messages, one => one.Status is DeliveryFate.Pending && one.Next <= now);
            if (index < 0 || condition.NotBefore > now || (condition.Breaker is not EndpointCondition.Closed && condition.OpenUntil > now))
                return;
            var probe = condition.Breaker is not EndpointCondition.Closed;
            if (probe)
                condition = condition with { Breaker = EndpointCondition.HalfOpen, OpenUntil = now + DeliveryClaims.Lease };
            condition = EndpointBreaker.Next(condition, Outcome(verdict), now);
            var fate = DeliveryFate.Of(messages[index].Attempt + 1, probe, Outcome(verdict), condition, now, 0.5);
            messages[index] = new Waiting(fate.Status, fate.Attempt, fate.NextAttemptAt);
        }
    }).QuickCheckThrowOnFailure();

    [Test]
    public void Retries_take_about_a_day_and_respect_what_the_endpoint_asks_for()
    {
        Enumerable.Range(1, DeliverySchedule.MaxAttempts).Select(attempt => DeliverySchedule.After(attempt, null, 0.5)?.TotalSeconds)
            .Should().Equal(5, 300, 1800, 7200, 18000, 36000, 36000, null);
        DeliverySchedule.After(1, TimeSpan.FromMinutes(2), 0.5).Should().Be(TimeSpan.FromMinutes(2));
        DeliverySchedule.After(1, TimeSpan.FromDays(30), 0.5).Should().Be(TimeSpan.FromHours(24));
        DeliveryOutcome.RetryAfterOf("120", Start).Should().Be(TimeSpan.FromMinutes(2));
        DeliveryOutcome.RetryAfterOf("Sat, 21 Nov 2026 12:01:00 GMT", Start).Should().Be(TimeSpan.FromMinutes(1));
        DeliveryOutcome.RetryAfterOf("soon", Start).Should().BeNull();
    }
}
