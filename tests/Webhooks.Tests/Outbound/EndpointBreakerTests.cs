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

        news.Should().Equal("endpoint.failing", "endpoint.breaker_opened", "endpoint.disabled");
        condition.DisabledReason.Should().Contain("five days");
    }

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
