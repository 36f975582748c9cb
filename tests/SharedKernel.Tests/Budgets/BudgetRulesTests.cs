using FluentAssertions;
using FsCheck;
using FsCheck.Fluent;
using Hub.SharedKernel.Budgets;
using NUnit.Framework;

namespace Hub.SharedKernel.Tests.Budgets;

public class BudgetRulesTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    private static LimitState Limit(int capacity, int remaining, TimeSpan? resetsIn = null) => new()
    {
        Scope = "", Name = "requests", Capacity = capacity, Remaining = remaining, WindowSeconds = Window.TotalSeconds, ResetsAt = Now + (resetsIn ?? Window), ObservedAt = Now,
    };

    private static Arbitrary<(int, int, int, int)> Cases() => (
        from capacity in Gen.Choose(0, 6000)
        from remaining in Gen.Choose(0, 6000)
        from wanted in Gen.Choose(0, 64)
        from percent in Gen.Choose(0, 90)
        select (capacity, Math.Min(capacity, remaining), wanted, percent)).ToArbitrary();

    [Test]
    public void Never_more_is_granted_than_remains_and_background_work_leaves_the_share() => Prop.ForAll(Cases(), given =>
    {
        var (capacity, remaining, wanted, percent) = given;
        var kept = BudgetRules.Share(capacity, percent);
        var background = BudgetRules.Take(Limit(capacity, remaining), 1, wanted, kept, Now, 0.5);
        var manual = BudgetRules.Take(Limit(capacity, remaining), 1, 1, 0, Now, 0.5);
        return background.Granted + background.After.Remaining == remaining && background.Granted <= Math.Max(0, remaining - kept)
            && (background.Granted > 0) == background.WaitUntil is null
            && manual.Granted == Math.Min(1, remaining)
            && (capacity == 0 || kept < capacity);
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(1000));

    [Test]
    public void A_wait_is_never_over_already_and_a_reset_brings_everything_back() => Prop.ForAll(
        Gen.Choose(0, 50).ToArbitrary(), Gen.Choose(-300, 300).ToArbitrary(), Gen.Choose(-100, 100).ToArbitrary(), (remaining, resets, paused) =>
        {
            var limit = Limit(50, remaining, TimeSpan.FromSeconds(resets)) with { PausedUntil = Now.AddSeconds(paused), ProbeUntil = paused % 2 == 0 ? Now.AddSeconds(9) : null };
            var got = BudgetRules.Take(limit, 1, 8, 5, Now, 0);
            var rolled = BudgetRules.Roll(limit, Now);
            return (got.WaitUntil is null || got.WaitUntil > Now)
                && (resets > 0 ? rolled == limit : rolled.Remaining == 50 && rolled.ResetsAt == Now + Window);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(500));

    [Test]
    public void However_replicas_take_and_answers_dawdle_the_provider_is_never_asked_more_than_it_allows() => Prop.ForAll(Gen.Choose(0, int.MaxValue).ToArbitrary(), seed =>
    {
        var random = new Random(seed);
        var capacity = random.Next(1, 120);
        var asked = 1;
        var row = LimitLessons.Learn(new LimitState { Scope = "", Name = "requests" }, Told(capacity - 1), 0, Now);
        var held = new int[3];
        var underway = new List<LimitReading>();
        for (var step = 0; step < 400; step++)
        {
            var replica = random.Next(held.Length);
            switch (random.Next(4))
            {
                case 0 when underway.Count > 0:
                    var answer = underway[random.Next(underway.Count)];
                    underway.Remove(answer);
                    row = LimitLessons.Learn(row, answer, 0, Now.AddSeconds(random.Next(3)));
                    break;
                case 1 when random.Next(5) == 0:
                    row = BudgetRules.GiveBack(row, held[replica], row.ResetsAt);
                    held[replica] = 0;
                    break;
                case var _ when held[replica] > 0:
                    held[replica]--;
                    asked++;
                    underway.Add(Told(capacity - asked));
                    break;
                default:
                    var got = BudgetRules.Take(row, 1, random.Next(20), 0, Now, 0);
                    (row, held[replica]) = (got.After, got.Granted);
                    break;
            }
        }

        return asked <= capacity;

        LimitReading Told(int left) => new("", "requests") { Capacity = capacity, Remaining = left, ResetsIn = TimeSpan.FromSeconds(30), Window = Window };
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(300));

    [Test]
    public void The_last_calls_are_handed_out_one_by_one()
    {
        BudgetRules.Take(Limit(5000, 5000), 1, 64, 500, Now, 0).Granted.Should().Be(64);
        BudgetRules.Take(Limit(5000, 515), 1, 64, 500, Now, 0).Granted.Should().Be(1);
    }

    [Test]
    public void After_a_pause_one_call_tries_and_the_others_wait_spread_until_it_is_answered()
    {
        var paused = LimitLessons.Learn(Limit(10, 5), new LimitReading("", "requests") { Pause = TimeSpan.FromSeconds(9) }, 0, Now);
        BudgetRules.Take(paused, 1, 1, 0, Now.AddSeconds(8), 0).Reason.Should().Be(LimitReason.Paused);
        var tries = BudgetRules.Take(paused, 1, 8, 0, Now.AddSeconds(9), 0);
        (tries.Probe, tries.Granted).Should().Be((true, 1));
        var waits = new[] { 0, 0.5, 0.99 }.Select(random => BudgetRules.Take(tries.After, 1, 1, 0, Now.AddSeconds(9), random)).ToArray();
        waits.Should().OnlyContain(other => other.Reason == LimitReason.Tried && other.WaitUntil > Now.AddSeconds(9));
        waits.Select(other => other.WaitUntil).Should().OnlyHaveUniqueItems();
        BudgetRules.Take(tries.After, 1, 1, 0, Now.AddSeconds(9) + BudgetRules.ProbeTime, 0).Probe.Should().BeTrue("one whose process died is followed by another");
        BudgetRules.Take(LimitLessons.Proven(tries.After, Now.AddSeconds(10)), 1, 4, 0, Now.AddSeconds(10), 0).WaitUntil.Should().BeNull();
    }

    [Test]
    public void Pauses_without_a_time_double_from_refusal_to_refusal_but_not_for_calls_that_were_under_way_together()
    {
        var refusal = new LimitReading("", "secondary") { Backoff = TimeSpan.FromSeconds(60) };
        var first = LimitLessons.Learn(new LimitState { Scope = "", Name = "secondary" }, refusal, 0, Now);
        var together = LimitLessons.Learn(first, refusal, 0, Now.AddSeconds(1));
        (together.PausedUntil, together.BackoffStep).Should().Be((Now.AddSeconds(61), 1));
        var again = LimitLessons.Learn(together, refusal, 0, Now.AddSeconds(61));
        again.PausedUntil.Should().Be(Now.AddSeconds(61 + 120));
        LimitLessons.Learn(again with { BackoffStep = 29 }, refusal, 0, Now.AddHours(1)).PausedUntil.Should().Be(Now.AddHours(1).AddMinutes(15));
    }

    [Test]
    public void What_others_take_of_the_credential_is_learnt_and_old_answers_give_nothing_back()
    {
        var row = Limit(100, 80, TimeSpan.FromSeconds(31));
        var fewer = LimitLessons.Learn(row, new LimitReading("", "requests") { Capacity = 100, Remaining = 20, ResetsIn = TimeSpan.FromSeconds(30) }, 0, Now);
        fewer.Remaining.Should().Be(20);
        LimitLessons.Learn(fewer, new LimitReading("", "requests") { Capacity = 100, Remaining = 60, ResetsIn = TimeSpan.FromSeconds(30) }, 0, Now).Remaining.Should().Be(20);
        LimitLessons.Learn(fewer, new LimitReading("", "requests") { Capacity = 100, Remaining = 99, ResetsIn = TimeSpan.FromSeconds(90) }, 0, Now.AddSeconds(20))
            .Remaining.Should().Be(99, "a window that ends later is a new one");
    }

    [Test]
    public void A_bucket_fills_up_by_and_by()
    {
        var bucket = Limit(60, 0, TimeSpan.FromSeconds(5)) with { Refill = 10, WindowSeconds = 60 };
        BudgetRules.Take(bucket, 1, 1, 0, Now, 0).WaitUntil.Should().Be(Now.AddSeconds(5));
        BudgetRules.Roll(bucket, Now.AddSeconds(5)).Remaining.Should().Be(10);
        BudgetRules.Roll(bucket, Now.AddSeconds(5 + 120)).Remaining.Should().Be(30);
        BudgetRules.Roll(bucket, Now.AddDays(30)).Remaining.Should().Be(60);
    }

    [TestCase(null, 1)]
    [TestCase(0, 1)]
    [TestCase(null, null)]
    public void A_limit_of_unknown_size_that_is_used_up_is_tried_when_its_window_is_over(int? capacity, int? refill)
    {
        var reading = new LimitReading("", "requests") { Capacity = capacity, Remaining = 0, Window = TimeSpan.FromSeconds(1), Refill = refill };
        var spent = LimitLessons.Learn(new LimitState { Scope = "", Name = "requests" }, reading, 0, Now);
        BudgetRules.Take(spent, 1, 1, 0, Now, 0).Reason.Should().Be(LimitReason.Spent);
        BudgetRules.Take(spent, 1, 1, 0, Now.AddSeconds(5), 0).Should().Match<Allotment>(taken => taken.Probe && taken.WaitUntil == null);
    }
}
