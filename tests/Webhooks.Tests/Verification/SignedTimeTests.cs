using System.Globalization;
using FluentAssertions;
using Hub.Webhooks.Verification;
using NUnit.Framework;

namespace Hub.Webhooks.Tests.Verification;

[TestFixtureSource(typeof(SchemeCase), nameof(SchemeCase.Timed))]
internal sealed class SignedTimeTests(SchemeCase scheme)
{
    [TestCase(300, Verdict.Proven)]
    [TestCase(299, Verdict.Proven)]
    [TestCase(301, Verdict.Stale)]
    [TestCase(-300, Verdict.Proven)]
    [TestCase(-301, Verdict.Stale)]
    [TestCase(1_000_000_000, Verdict.Stale)]
    public void five_minutes_either_way_and_no_second_more(int seconds, object expected) =>
        scheme.Judge(now: SchemeCase.Now.AddSeconds(seconds)).Should().Be((Verdict)expected);

    [TestCase("abc")]
    [TestCase("-1700000000")]
    [TestCase("99999999999999999999999")]
    [TestCase("9223372036854775807")]
    [TestCase("1700000000.0")]
    [TestCase(" ")]
    public void a_time_that_is_none_is_refused(string text)
    {
        var changed = scheme.TimestampHeader is { } header
            ? scheme.With(header, text)
            : scheme.With("Stripe-Signature", scheme.Headers["Stripe-Signature"].ToString().Replace("1700000000", text, StringComparison.Ordinal));
        changed.Judge().Should().NotBe(Verdict.Proven);
    }

    [Test]
    public void a_fresh_time_over_an_old_signature_is_refused()
    {
        var later = SchemeCase.Now.AddMinutes(10);
        var text = scheme.Name is "zendesk" ? "2023-11-14T22:23:20Z" : later.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        var changed = scheme.TimestampHeader is { } header
            ? scheme.With(header, text)
            : scheme.With("Stripe-Signature", scheme.Headers["Stripe-Signature"].ToString().Replace("1700000000", text, StringComparison.Ordinal));
        changed.Judge(now: later).Should().Be(Verdict.BadSignature);
    }
}
