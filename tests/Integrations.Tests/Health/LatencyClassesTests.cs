using System.Globalization;
using FluentAssertions;
using FsCheck;
using FsCheck.Fluent;
using Hub.Integrations.Health;
using Hub.Integrations.Health.History;
using NUnit.Framework;

namespace Hub.Integrations.Tests.Health;

public sealed class LatencyClassesTests
{
    private static long[] Counts(IEnumerable<double> latencies)
    {
        var sum = new long[LatencyClasses.Count + 1];
        foreach (var latency in latencies)
            LatencyClasses.Add(sum, LatencyClasses.One(latency));
        return sum;
    }

    [Test]
    public void A_percentile_is_at_most_a_class_away_from_the_exact_one()
    {
        var latencies = Gen.Choose(10, 600_000).Select(tenths => tenths / 10.0).NonEmptyListOf();
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(500), Prop.ForAll(latencies.ToArbitrary(), measured =>
        {
            var sorted = measured.Order().ToArray();
            var counts = Counts(measured);
            foreach (var share in new[] { 0.5, 0.95, 0.99, 1 })
            {
                var exact = sorted[Math.Max(0, (int)Math.Ceiling(share * sorted.Length) - 1)];
                LatencyClasses.Percentile(counts, share)!.Value.Should().BeInRange(exact / LatencyClasses.Growth - 0.1, (exact * LatencyClasses.Growth) + 0.1);
            }
        }));
    }

    [Test]
    public void What_was_not_timed_does_not_count()
    {
        Latency.Of(LatencyClasses.One(null)).Should().BeNull();
        Latency.Of([]).Should().BeNull();
        LatencyClasses.Percentile(Counts([0, 0.2]), 0.5).Should().BeInRange(0, 1);
        LatencyClasses.ElementOf(double.MaxValue).Should().Be(LatencyClasses.Count + 1);
        LatencyClasses.ElementOf(87_000).Should().Be(LatencyClasses.Count + 1);
    }

    [TestCase("1h", "2026-03-01T11:05:00Z")]
    [TestCase("24h", "2026-02-28T12:00:00Z")]
    [TestCase("7d", "2026-02-22T12:00:00Z")]
    [TestCase("30d", "2026-01-30T00:00:00Z")]
    public void A_window_begins_with_the_slot_its_first_moment_lies_in(string name, string since) =>
        HealthWindow.Of(name, new DateTimeOffset(2026, 3, 1, 12, 7, 31, TimeSpan.Zero)).Since.Should().Be(DateTimeOffset.Parse(since, CultureInfo.InvariantCulture));
}
