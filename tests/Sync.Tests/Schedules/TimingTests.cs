using System.Globalization;
using FluentAssertions;
using FsCheck;
using FsCheck.Fluent;
using Hub.Sync.Schedules;
using NUnit.Framework;

namespace Hub.Sync.Tests.Schedules;

public sealed class TimingTests
{
    private static readonly DateTimeOffset Anchor = new(2026, 1, 1, 0, 0, 7, TimeSpan.Zero);

    // 2026: America/New_York goes forward on 8 March at 2:00 and back on 1 November at 2:00; Europe/Berlin on 29 March at 2:00 and 25 October at 3:00.
    [TestCase("30 2 * * *", "America/New_York", "2026-03-07T00:00Z", "2026-03-07T07:30Z", "2026-03-08T07:00Z", "2026-03-09T06:30Z", TestName = "What New York skips in spring comes right after the gap")]
    [TestCase("30 2 * * *", "Europe/Berlin", "2026-03-28T00:00Z", "2026-03-28T01:30Z", "2026-03-29T01:00Z", "2026-03-30T00:30Z", TestName = "What Berlin skips in spring comes right after the gap")]
    [TestCase("0 * * * *", "America/New_York", "2026-03-08T05:30Z", "2026-03-08T06:00Z", "2026-03-08T07:00Z", "2026-03-08T08:00Z", TestName = "Hourly in New York goes through spring without a gap")]
    [TestCase("30 1 * * *", "America/New_York", "2026-11-01T00:00Z", "2026-11-01T05:30Z", "2026-11-02T06:30Z", "2026-11-03T06:30Z", TestName = "A fixed time that New York repeats in autumn comes once")]
    [TestCase("30 2 * * *", "Europe/Berlin", "2026-10-24T12:00Z", "2026-10-25T00:30Z", "2026-10-26T01:30Z", "2026-10-27T01:30Z", TestName = "A fixed time that Berlin repeats in autumn comes once")]
    [TestCase("30 * * * *", "America/New_York", "2026-11-01T05:00Z", "2026-11-01T05:30Z", "2026-11-01T06:30Z", "2026-11-01T07:30Z", TestName = "Hourly in New York comes in both repeated hours")]
    [TestCase("15 * * * *", "Europe/Berlin", "2026-10-25T00:00Z", "2026-10-25T00:15Z", "2026-10-25T01:15Z", "2026-10-25T02:15Z", TestName = "Hourly in Berlin comes in both repeated hours")]
    [TestCase("0 9 * * 1-5", "Asia/Kolkata", "2026-01-02T00:00Z", "2026-01-02T03:30Z", "2026-01-05T03:30Z", "2026-01-06T03:30Z", TestName = "Zones of half hours and days of the week")]
    [TestCase("0 0 29 2 *", "UTC", "2026-01-01T00:00Z", "2028-02-29T00:00Z", "2032-02-29T00:00Z", "2036-02-29T00:00Z", TestName = "Leap days")]
    public void Cron_follows_the_clocks_of_its_zone(string cron, string zone, string after, params string[] expected)
    {
        var timing = new Timing(null, cron, zone, Anchor);
        timing.From(timing.After(Time(after))!.Value).Take(expected.Length).Should().Equal(expected.Select(Time));
    }

    [Test]
    public void The_next_time_is_later_and_none_lies_between() => Prop.ForAll(Timings().Zip(Moments()).ToArbitrary(), pair =>
    {
        var (timing, moment) = pair;
        var next = timing.After(moment)!.Value;
        var between = timing.After(moment + ((next - moment) / 2))!.Value;
        return (next > moment).And(between == next).And(timing.After(next)!.Value > next).And(next.Offset == TimeSpan.Zero);
    }).QuickCheckThrowOnFailure();

    [Test]
    public void A_day_of_daily_runs_never_has_more_than_one_nor_leaves_one_out() => Prop.ForAll(
        Gen.Choose(0, 59).Zip(Gen.Choose(0, 23)).Zip(Gen.Elements("America/New_York", "Europe/Berlin")).ToArbitrary(), choice =>
    {
        var ((minute, hour), zone) = choice;
        var timing = new Timing(null, $"{minute} {hour} * * *", zone, Anchor);
        var info = TimeZoneInfo.FindSystemTimeZoneById(zone);
        var days = timing.From(timing.After(Anchor)!.Value).Take(365).Select(at => TimeZoneInfo.ConvertTime(at, info).Date).ToArray();
        return days.Zip(days.Skip(1)).All(pair => (pair.Second - pair.First).Days == 1);
    }).QuickCheckThrowOnFailure();

    [Test]
    public void An_interval_never_drifts() => Prop.ForAll(Gen.Choose(1, 43_200).Zip(Moments()).ToArbitrary(), pair =>
    {
        var (minutes, moment) = pair;
        var next = new Timing(minutes, null, "UTC", Anchor).After(moment)!.Value;
        return ((next - Anchor).Ticks % TimeSpan.FromMinutes(minutes).Ticks == 0).And(next > Anchor)
            .And(moment < Anchor || next - moment <= TimeSpan.FromMinutes(minutes));
    }).QuickCheckThrowOnFailure();

    [Test]
    public void Starts_are_put_off_by_a_tenth_of_the_gap_and_a_minute_at_most() => Prop.ForAll(Timings().Zip(Gen.Choose(1, int.MaxValue)).ToArbitrary(), pair =>
    {
        var (timing, id) = pair;
        var jitter = timing.Jitter(id, Anchor);
        var times = timing.From(timing.After(Anchor)!.Value).Take(200).ToArray();
        var narrowest = times.Zip(times.Skip(1), (one, other) => other - one).Min();
        return (jitter >= TimeSpan.Zero).And(jitter <= TimeSpan.FromMinutes(1)).And(jitter <= narrowest / 10).And(jitter == timing.Jitter(id, Anchor));
    }).QuickCheckThrowOnFailure();

    [Test]
    public void Neighbours_start_far_from_each_other()
    {
        var timing = new Timing(60, null, "UTC", Anchor);
        var starts = Enumerable.Range(1, 6000).Select(id => (int)timing.Jitter(id, Anchor).TotalSeconds).CountBy(second => second).ToArray();
        starts.Should().HaveCount(60);
        starts.Should().OnlyContain(second => second.Value >= 90 && second.Value <= 110, "a hundred each would be even");
    }

    [TestCase("* * * * * *")]
    [TestCase("@daily")]
    [TestCase("@every_second")]
    [TestCase("61 * * * *")]
    [TestCase("0 0 30 2 *")]
    [TestCase("H 4 * * *")]
    [TestCase("a b c d e")]
    [TestCase("")]
    public void Other_expressions_are_refused(string cron) => CronText.Objection(cron, Anchor).Should().NotBeNullOrEmpty();

    [TestCase("localtime")]
    [TestCase("posixrules")]
    [TestCase("right/Europe/Berlin")]
    [TestCase("Eastern Standard Time")]
    [TestCase("../../../etc/passwd")]
    [TestCase("Europe/Atlantis")]
    [TestCase("")]
    public void Names_that_are_no_zones_everywhere_are_refused(string zone) => ZoneName.Find(zone).Should().BeNull();

    [Test]
    public void Whatever_is_typed_is_refused_or_comes_again_and_again() => Prop.ForAll(
        Gen.Elements("*", "0", "7", "59", "1-5", "*/3", "5/7", "L", "LW", "15W", "MON#2", "5L", "JAN", "?", "1,2", "H", "H/3", "@", "-1", "é", "9999999999", "\0")
            .ArrayOf(5).ToArbitrary(), fields =>
    {
        var cron = string.Join(' ', fields);
        return CronText.Objection(cron, Anchor) is { Length: > 0 } || new Timing(null, cron, "Europe/Berlin", Anchor).From(Anchor).Take(4).Count() == 4;
    }).QuickCheckThrowOnFailure();

    private static DateTimeOffset Time(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);

    private static Gen<Timing> Timings() => Gen.OneOf(
        Gen.Choose(1, 43_200).Select(minutes => new Timing(minutes, null, "UTC", Anchor)),
        from cron in Gen.Elements("* * * * *", "*/7 * * * *", "0,1 9 * * *", "0-50/5,59 * * * *", "30 2 * * *", "0 0,23 * * MON", "15 */5 1,15 * *", "59 23 31 12 *")
        from zone in Gen.Elements("UTC", "America/New_York", "Europe/Berlin", "Australia/Lord_Howe", "Pacific/Apia")
        select new Timing(null, cron, zone, Anchor));

    private static Gen<DateTimeOffset> Moments() => Gen.Choose(-10_000_000, 100_000_000).Select(seconds => Anchor.AddSeconds(seconds));
}
