using FluentAssertions;
using Hub.Webhooks.Processing;
using NUnit.Framework;

namespace Hub.Webhooks.Tests.Processing;

internal sealed class RetryScheduleTests
{
    [TestCase(1, 5)]
    [TestCase(2, 30)]
    [TestCase(3, 120)]
    [TestCase(4, 600)]
    [TestCase(5, 3600)]
    [TestCase(6, 10800)]
    [TestCase(7, 21600)]
    public void pauses_grow_from_seconds_to_hours(int failed, int seconds) => RetrySchedule.After(failed, 8, 0.5).Should().Be(TimeSpan.FromSeconds(seconds));

    [Test]
    public void nothing_follows_the_last_attempt()
    {
        RetrySchedule.After(8, 8, 0.5).Should().BeNull();
        RetrySchedule.After(9, 8, 0.5).Should().BeNull();
        RetrySchedule.After(1, 1, 0.5).Should().BeNull();
    }

    [Test]
    public void more_attempts_than_pauses_repeat_the_longest() => RetrySchedule.After(11, 20, 0.5).Should().Be(TimeSpan.FromHours(6));

    [Test]
    public void each_pause_is_spread_by_a_fifth()
    {
        RetrySchedule.After(1, 8, 0).Should().Be(TimeSpan.FromSeconds(4));
        RetrySchedule.After(1, 8, 1).Should().Be(TimeSpan.FromSeconds(6));
    }
}
