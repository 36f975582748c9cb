using FluentAssertions;
using FsCheck;
using FsCheck.Fluent;
using Hub.Sync.WebhookRegistrations;
using NUnit.Framework;

namespace Hub.Sync.Tests.WebhookRegistrations;

public sealed class RegistrationScheduleTests
{
    [Test]
    public void A_failure_waits_longer_each_time_never_much_more_than_an_hour_and_as_long_as_it_is_asked_to() =>
        Prop.ForAll<long, byte, int>((id, failures, asked) =>
        {
            var (count, pause) = (failures + 1, TimeSpan.FromSeconds(Math.Abs(asked % 10_000)));
            var wait = RegistrationSchedule.AfterFailure(id, count, passing: true, null);
            var next = RegistrationSchedule.AfterFailure(id, count + 1, passing: true, null);
            return wait >= TimeSpan.FromMinutes(1) && wait <= next && next <= TimeSpan.FromMinutes(66)
                && RegistrationSchedule.AfterFailure(id, count, passing: true, pause) >= pause
                && RegistrationSchedule.AfterFailure(id, count, passing: false, null) == RegistrationSchedule.AfterSuccess(id);
        }).QuickCheckThrowOnFailure();

    [Test]
    public void Neighbours_are_looked_at_at_different_times() =>
        Enumerable.Range(1, 100).Select(id => RegistrationSchedule.AfterSuccess(id)).Distinct().Should().HaveCount(100)
            .And.OnlyContain(wait => wait >= TimeSpan.FromMinutes(54) && wait <= TimeSpan.FromMinutes(66));
}
