using FluentAssertions;
using FsCheck;
using FsCheck.Fluent;
using Hub.Sync.Freshness;
using Hub.Sync.Runs;
using NUnit.Framework;

namespace Hub.Sync.Tests.Freshness;

public sealed class ReadHistoryTests
{
    private static readonly DateTimeOffset Start = new(2026, 3, 7, 12, 0, 0, TimeSpan.Zero);

    private static ReadHistory Fold(IEnumerable<StreamReading> readings) => readings.Aggregate(ReadHistory.None, (history, reading) => history.After(reading));

    private static StreamReading[] Hourly(SyncType type, params long[] reads) => [.. reads.Select((read, i) => new StreamReading(type, Start.AddHours(i), read))];

    [Test]
    public void A_full_run_that_reads_nothing_where_records_are_usual_is_told()
    {
        Fold(Hourly(SyncType.Full, 250, 251, 0)).EmptySince.Should().Be(Start.AddHours(2));
        Fold(Hourly(SyncType.Full, 250, 251, 0, 0)).EmptySince.Should().Be(Start.AddHours(2), "it says since when");
        Fold(Hourly(SyncType.Full, 250, 251, 0, 7)).EmptySince.Should().BeNull();
        Fold([.. Hourly(SyncType.Full, 250, 251, 0), new StreamReading(SyncType.Incremental, Start.AddHours(4), 3)]).EmptySince.Should().BeNull("there are rows again");
        Fold([.. Hourly(SyncType.Full, 250, 251, 0), new StreamReading(SyncType.Incremental, Start.AddHours(4), 0)]).EmptySince.Should().Be(Start.AddHours(2));
    }

    [Test]
    public void What_was_never_there_or_stays_away_for_long_is_no_alarm()
    {
        Fold(Hourly(SyncType.Full, 0, 0, 0)).EmptySince.Should().BeNull("a new project is empty");
        Fold(Hourly(SyncType.Full, 0, 0, 0, 5, 0)).EmptySince.Should().BeNull("one odd run makes nothing usual");
        Fold(Hourly(SyncType.Full, [.. Enumerable.Repeat(9L, 9), 0, 0, 0, 0])).EmptySince.Should().NotBeNull();
        Fold(Hourly(SyncType.Full, [.. Enumerable.Repeat(9L, 9), 0, 0, 0, 0, 0, 0])).EmptySince.Should().BeNull("emptiness has become usual");
    }

    [Test]
    public void Changes_that_stop_for_far_longer_than_ever_are_told()
    {
        var daily = Hourly(SyncType.Incremental, 3, 1, 4, 1, 5, 9, 2);
        Fold([.. daily, new StreamReading(SyncType.Incremental, Start.AddDays(2), 0)]).EmptySince.Should().BeNull("a weekend is nothing");
        Fold([.. daily, new StreamReading(SyncType.Incremental, Start.AddDays(4), 0)]).EmptySince.Should().Be(Start.AddDays(4));
        StreamReading[] weekly = [.. daily.Select((reading, i) => reading with { Began = Start.AddDays(7 * i) })];
        Fold([.. weekly, new StreamReading(SyncType.Incremental, Start.AddDays(42 + 60), 0)]).EmptySince.Should().BeNull();
        Fold([.. weekly, new StreamReading(SyncType.Incremental, Start.AddDays(42 + 71), 0)]).EmptySince.Should().NotBeNull();
        Fold([.. daily.Take(4), new StreamReading(SyncType.Incremental, Start.AddDays(400), 0)]).EmptySince.Should().BeNull("too little is known");
        Fold([.. daily, new StreamReading(SyncType.Full, Start.AddDays(9), 80), new StreamReading(SyncType.Incremental, Start.AddDays(10), 0)])
            .EmptySince.Should().BeNull("a full run has just seen rows");
    }

    [Test]
    public void Usual_is_the_median_of_the_same_kind()
    {
        var history = Fold([.. Hourly(SyncType.Full, 100, 102, 100_000), .. Hourly(SyncType.Incremental, 1, 0, 2, 900)]);
        (history.UsualRead(SyncType.Full), history.UsualRead(SyncType.Incremental), ReadHistory.None.UsualRead(SyncType.Full)).Should().Be((102, 1, null));
        ReadHistory.Read(history.ToJson()).Should().BeEquivalentTo(history);
    }

    [Test]
    public void Reading_something_is_never_an_alarm_and_what_is_remembered_is_bounded() => Prop.ForAll(
        Gen.Elements(SyncType.Full, SyncType.Incremental).Zip(Gen.Choose(0, 3)).Zip(Gen.Choose(1, 5000)).ListOf().ToArbitrary(), steps =>
    {
        var (at, history) = (Start, ReadHistory.None);
        foreach (var ((type, read), hours) in steps)
        {
            history = history.After(new StreamReading(type, at = at.AddHours(hours), read));
            if ((read > 0 && history.EmptySince is not null) || history.EmptySince > at)
                return false;
        }

        var neverRead = steps.All(step => step.Item1.Item2 == 0);
        return new[] { history.Full.Count, history.Incremental.Count, history.Gaps.Count }.Max() <= ReadHistory.Remembered
            && history.Gaps.All(gap => gap > 0) && !(neverRead && history.EmptySince is not null);
    }).QuickCheckThrowOnFailure();
}
