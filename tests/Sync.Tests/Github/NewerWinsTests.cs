using FluentAssertions;
using FsCheck;
using FsCheck.Fluent;
using Hub.Sync.Github.Events;
using NUnit.Framework;

namespace Hub.Sync.Tests.Github;

/// <summary>Which of two states of a pull request counts.</summary>
public sealed class NewerWinsTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 28, 12, 0, 0, TimeSpan.Zero);

    [Test]
    public void Whatever_comes_late_twice_or_out_of_order_the_end_is_the_same()
    {
        // Seconds close together, so that many states share one.
        var second = Gen.Choose(0, 4).Select(after => Start.AddSeconds(after));
        var state = Gen.Zip(second, Gen.Elements("open", "closed", "merged"), (at, name) => (At: at, Name: name));
        var history = state.ArrayOf().SelectMany(all => Gen.Zip(
            Gen.Shuffle(all), Gen.Shuffle<(DateTimeOffset At, string Name)>([.. all, .. all]), (once, twice) => (once, twice)));
        Prop.ForAll(history.ToArbitrary(), orders => End(orders.once) == End(orders.twice)).QuickCheckThrowOnFailure();
    }

    [Test]
    public void Of_one_second_the_further_stage_counts_and_attempts_go_before_stages()
    {
        NewerWins.Of((Start, NewerWins.StageOfPull("merged")), Start, NewerWins.StageOfPull("closed")).Should().Be(Standing.Older);
        NewerWins.Of((Start, NewerWins.StageOfPull("open")), Start, NewerWins.StageOfPull("open")).Should().Be(Standing.SameMoment);
        NewerWins.Of((Start, NewerWins.StageOfRun("completed", 1)), Start, NewerWins.StageOfRun("queued", 2)).Should().Be(Standing.Newer);
        NewerWins.Of(null, Start, 0).Should().Be(Standing.Newer);
    }

    private static (DateTimeOffset, string)? End(IEnumerable<(DateTimeOffset At, string Name)> told)
    {
        (DateTimeOffset At, string Name)? stored = null;
        foreach (var one in told)
        {
            (DateTimeOffset, int)? kept = stored is { } known ? (known.At, NewerWins.StageOfPull(known.Name)) : null;
            if (NewerWins.Of(kept, one.At, NewerWins.StageOfPull(one.Name)) is not Standing.Older)
                stored = one;
        }

        return stored;
    }
}
