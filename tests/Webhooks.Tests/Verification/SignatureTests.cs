using System.Text;
using FluentAssertions;
using Hub.Webhooks.Verification;
using Microsoft.AspNetCore.Http;
using NUnit.Framework;

namespace Hub.Webhooks.Tests.Verification;

/// <summary>Every signature scheme that is covered, with what an attacker or a clumsy proxy might send.</summary>
[TestFixtureSource(typeof(SchemeCase), nameof(SchemeCase.All))]
internal sealed class SignatureTests(SchemeCase scheme)
{
    private string Signature => scheme.Headers[scheme.SignatureHeader].ToString();

    [Test]
    public void a_good_signature_proves_the_sender() => scheme.Judge().Should().Be(Verdict.Proven);

    [Test]
    public void header_names_are_found_in_any_case()
    {
        var lower = new HeaderDictionary(scheme.Headers.ToDictionary(header => header.Key.ToLowerInvariant(), header => header.Value, StringComparer.OrdinalIgnoreCase));
        (scheme with { Headers = lower }).Judge().Should().Be(Verdict.Proven);
    }

    [Test]
    public void one_flipped_bit_of_the_body_is_refused([Values(0, 20, 42)] int at)
    {
        var body = SchemeCase.Body.ToArray();
        body[at] ^= 1;
        scheme.Judge(body).Should().Be(Verdict.BadSignature);
    }

    [Test]
    public void a_body_with_other_line_ends_a_mark_or_a_blank_more_is_refused()
    {
        scheme.Judge([.. SchemeCase.Body, (byte)'\n']).Should().Be(Verdict.BadSignature);
        scheme.Judge([.. SchemeCase.Body, (byte)'\r', (byte)'\n']).Should().Be(Verdict.BadSignature);
        scheme.Judge([.. Encoding.UTF8.Preamble, .. SchemeCase.Body]).Should().Be(Verdict.BadSignature);
        scheme.Judge([]).Should().Be(Verdict.BadSignature);
    }

    [Test]
    public void a_missing_header_is_refused()
    {
        foreach (var name in scheme.Headers.Keys)
            scheme.With(name).Judge().Should().Be(Verdict.MissingSignature, name);
    }

    [Test]
    public void a_header_line_given_twice_is_refused_even_if_both_are_good()
    {
        foreach (var (name, value) in scheme.Headers)
            scheme.With(name, value.ToString(), value.ToString()).Judge().Should().Be(Verdict.MalformedSignature, name);
    }

    [Test]
    public void another_prefix_or_version_is_refused() => scheme.With(scheme.SignatureHeader, "x" + Signature).Judge().Should().NotBe(Verdict.Proven);

    [Test]
    public void a_truncated_signature_is_refused()
    {
        scheme.With(scheme.SignatureHeader, Signature[..^1]).Judge().Should().Be(Verdict.BadSignature);
        scheme.With(scheme.SignatureHeader, Signature[..^20]).Judge().Should().Be(Verdict.BadSignature);
    }

    [Test]
    public void upper_case_is_refused() => scheme.With(scheme.SignatureHeader, Signature.ToUpperInvariant()).Judge().Should().NotBe(Verdict.Proven);

    [TestCase("")]
    [TestCase("=")]
    [TestCase("sha256=")]
    [TestCase("v1,")]
    [TestCase("\u00e9\u4e2d\ud83d\ude00")]
    [TestCase("t=,v1=,,,")]
    [TestCase("HMAC !!!not base64!!!")]
    public void junk_is_refused_and_never_throws(string junk)
    {
        foreach (var name in scheme.Headers.Keys)
            scheme.With(name, junk).Judge().Should().NotBe(Verdict.Proven);
    }

    [Test]
    public void an_empty_or_absent_secret_is_no_key()
    {
        var none = new SenderFields(new Dictionary<string, System.Text.Json.JsonElement>(), new Dictionary<string, string>());
        scheme.Judge(fields: none).Should().Be(Verdict.NotConfigured);
        var rule = scheme.Scheme.Verifications[0];
        var empty = new SenderFields(new Dictionary<string, System.Text.Json.JsonElement>(), new Dictionary<string, string> { [rule.SecretField!] = "" });
        scheme.Judge(fields: empty).Should().Be(Verdict.NotConfigured);
    }
}
