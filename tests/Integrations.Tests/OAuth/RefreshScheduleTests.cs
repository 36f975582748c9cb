using FluentAssertions;
using FsCheck;
using FsCheck.Fluent;
using Hub.Integrations.OAuth;
using NUnit.Framework;

namespace Hub.Integrations.Tests.OAuth;

public sealed class RefreshScheduleTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 31, 12, 0, 0, TimeSpan.Zero);
    private static readonly Arbitrary<double> Share = Gen.Choose(0, 1000).Select(thousandths => thousandths / 1000.0).ToArbitrary();
    private static readonly Arbitrary<TimeSpan> Life = Gen.Choose(1, 40 * 86_400).Select(seconds => TimeSpan.FromSeconds(seconds)).ToArbitrary();

    [Test]
    public void A_token_in_use_is_refreshed_while_it_is_fresh_and_at_least_daily() => Prop.ForAll(Life, Share, (life, random) =>
    {
        var next = RefreshSchedule.Next(Now, Now + life, used: true, random);
        return next > Now && next <= Now + RefreshSchedule.IdleInterval && RefreshSchedule.IsFresh(Living(life), next);
    }).QuickCheckThrowOnFailure();

    [Test]
    public void An_idle_token_is_refreshed_about_once_a_day() => Prop.ForAll(Life, Share, (life, random) =>
        RefreshSchedule.Next(Now, Now + life, used: false, random) is var next && next > Now.AddHours(21) && next <= Now.AddDays(1)).QuickCheckThrowOnFailure();

    [Test]
    public void A_token_is_never_fresh_at_its_end_and_always_at_its_beginning() => Prop.ForAll(Life, life =>
        RefreshSchedule.IsFresh(Living(life), Now) && !RefreshSchedule.IsFresh(Living(life), Now + life)
        && !RefreshSchedule.IsFresh(Living(life), Now + life - TimeSpan.FromMilliseconds(100))).QuickCheckThrowOnFailure();

    [Test]
    public void Pauses_grow_to_five_minutes_and_no_further() => Prop.ForAll(Gen.Choose(0, 1_000_000).ToArbitrary(), Share, (failures, random) =>
    {
        var pause = RefreshSchedule.Pause(failures, null, random);
        return pause >= TimeSpan.FromSeconds(2.5) && pause <= TimeSpan.FromMinutes(5);
    }).QuickCheckThrowOnFailure();

    [TestCase(1, null, 5)]
    [TestCase(2, null, 10)]
    [TestCase(7, null, 300)]
    [TestCase(1, 1, 5)]
    [TestCase(1, 120, 120)]
    [TestCase(1, 86_400, 3600)]
    public void What_the_provider_asks_for_goes_first_up_to_an_hour(int failures, int? wish, int seconds) =>
        RefreshSchedule.Pause(failures, wish is { } asked ? TimeSpan.FromSeconds(asked) : null, 0).Should().Be(TimeSpan.FromSeconds(seconds));

    private static Grant Living(TimeSpan life) => new()
    {
        IntegrationId = 1, Client = "", AccessToken = "", Scopes = [], RedirectUri = "", Status = Grant.Active, ObtainedAt = Now, ExpiresAt = Now + life,
        AuthorizedAt = Now, Version = 1,
    };
}
