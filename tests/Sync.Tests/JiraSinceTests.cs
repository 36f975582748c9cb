using FluentAssertions;
using Hub.Sync.Jira;
using NUnit.Framework;

namespace Hub.Sync.Tests;

public class JiraSinceTests
{
    private static readonly DateTimeOffset Watermark = new(2024, 11, 29, 10, 49, 51, 500, TimeSpan.Zero);

    [Test]
    public void Cloud_is_asked_in_epoch_milliseconds_five_minutes_earlier() =>
        JiraSince.Epoch(Watermark).Should().Be($"updated >= {Watermark.AddMinutes(-5).ToUnixTimeMilliseconds()}");

    [TestCase("UTC", "2024-11-29 10:44")]
    [TestCase("America/Los_Angeles", "2024-11-29 02:44")]
    [TestCase("Asia/Shanghai", "2024-11-29 18:44")]
    [TestCase("Asia/Kathmandu", "2024-11-29 16:29")]
    public void A_data_center_is_asked_in_the_time_zone_of_the_account_rounded_down(string zone, string literal) =>
        JiraSince.Literal(Watermark, zone).Should().Be($"updated >= \"{literal}\"");

    [TestCase(null)]
    [TestCase("Mars/Olympus")]
    public void An_unknown_time_zone_costs_reading_again_and_loses_nothing(string? zone)
    {
        var literal = JiraSince.Literal(Watermark, zone);
        literal.Should().Be("updated >= \"2024-11-28 22:44\"");
        // Whatever zone the account really has, the literal is not later than the bound.
        foreach (var offset in Enumerable.Range(-12, 27))
            new DateTimeOffset(2024, 11, 28, 22, 44, 0, TimeSpan.FromHours(offset)).Should().BeOnOrBefore(Watermark.AddMinutes(-5));
    }

    [TestCase("2024-11-03T08:35:00Z", "2024-11-03 00:30", Description = "first 01:30 of the night, summer time")]
    [TestCase("2024-11-03T09:35:00Z", "2024-11-03 01:30", Description = "second 01:30, standard time: taken for either, it is early enough")]
    [TestCase("2024-11-03T10:35:00Z", "2024-11-03 02:30")]
    public void The_hour_that_autumn_repeats_is_read_again(string watermark, string literal) =>
        JiraSince.Literal(DateTimeOffset.Parse(watermark, null), "America/Los_Angeles").Should().Be($"updated >= \"{literal}\"");
}
