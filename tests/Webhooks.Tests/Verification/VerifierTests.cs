using System.Text.Json;
using FluentAssertions;
using Hub.Webhooks.Verification;
using NUnit.Framework;

namespace Hub.Webhooks.Tests.Verification;

internal sealed class VerifierTests
{
    private static readonly SchemeCase Standard = SchemeCase.All.Single(scheme => scheme.Name is "standard webhooks");
    private static readonly SchemeCase PagerDuty = SchemeCase.All.Single(scheme => scheme.Name is "pagerduty");
    private static readonly SchemeCase GitLab = SchemeCase.All.Single(scheme => scheme.Name is "gitlab, signed");

    [Test]
    public void one_good_signature_among_several_is_enough()
    {
        var good = Standard.Headers["webhook-signature"].ToString();
        Standard.With("webhook-signature", $"v1,AAAA {good}").Judge().Should().Be(Verdict.Proven);
        Standard.With("webhook-signature", $"{good} v1,AAAA").Judge().Should().Be(Verdict.Proven);
        var hex = PagerDuty.Headers["X-PagerDuty-Signature"].ToString();
        PagerDuty.With("X-PagerDuty-Signature", $"v1=00, {hex}").Judge().Should().Be(Verdict.Proven);
        PagerDuty.With("X-PagerDuty-Signature", "v1=00, v1=11").Judge().Should().Be(Verdict.BadSignature);
    }

    [Test]
    public void a_changed_message_id_is_refused() => Standard.With("webhook-id", "another").Judge().Should().Be(Verdict.BadSignature);

    [Test]
    public void gitlab_with_a_signing_token_does_not_fall_back_to_the_plain_token()
    {
        var both = new SenderFields(new Dictionary<string, JsonElement>(), new Dictionary<string, string>
        {
            ["webhook_signing_token"] = "whsec_dGVzdHRlc3R0ZXN0dGVzdHRlc3R0ZXN0dGVzdHRlc3Q=",
            ["webhook_token"] = "plain-token",
        });
        GitLab.Judge(fields: both).Should().Be(Verdict.Proven);
        var unsigned = GitLab with { Headers = Schemes.Headers(("X-Gitlab-Token", "plain-token")) };
        unsigned.Judge(fields: both).Should().Be(Verdict.MissingSignature);
    }

    [TestCase("plain-token", Verdict.Proven)]
    [TestCase("Plain-token", Verdict.BadSignature)]
    [TestCase("plain-token ", Verdict.BadSignature)]
    public void gitlab_with_a_plain_token_compares_it(string given, object expected) =>
        (GitLab with { Headers = Schemes.Headers(("X-Gitlab-Token", given)) }).Judge(fields: Schemes.Fields("webhook_token", "plain-token")).Should().Be((Verdict)expected);

    [TestCase("Basic aHViOnBhc3M6d29yZA==", Verdict.Proven)]
    [TestCase("basic aHViOnBhc3M6d29yZA==", Verdict.Proven)]
    [TestCase("Basic aHViOnBhc3M6d29yZB==", Verdict.BadSignature)]
    [TestCase("Basic !!!", Verdict.BadSignature)]
    [TestCase("Bearer hub:pass:word", Verdict.MalformedSignature)]
    [TestCase("", Verdict.MissingSignature)]
    public void basic_compares_user_and_password(string header, object expected) =>
        Generic("basic", "hub:pass:word", ("Authorization", header)).Should().Be((Verdict)expected);

    [TestCase("Bearer s3cret", Verdict.Proven)]
    [TestCase("Bearer s3cret2", Verdict.BadSignature)]
    [TestCase("s3cret", Verdict.MalformedSignature)]
    public void bearer_compares_the_token(string header, object expected) => Generic("bearer", "s3cret", ("Authorization", header)).Should().Be((Verdict)expected);

    [Test]
    public void a_token_header_is_compared() => Generic("token_header", "s3cret", ("X-Signature", "s3cret")).Should().Be(Verdict.Proven);

    [Test]
    public void no_proof_at_all_is_only_for_addresses_that_are_secret_themselves()
    {
        var fields = Schemes.Fields("unused", "x", ("signing_scheme", "none"));
        Verifier.Judge(Schemes.Of("webhook"), fields, Schemes.Headers(), [], SchemeCase.Now, byToken: true).Should().Be(Verdict.Proven);
        Verifier.Judge(Schemes.Of("webhook"), fields, Schemes.Headers(), [], SchemeCase.Now, byToken: false).Should().Be(Verdict.NotConfigured);
    }

    [Test]
    public void a_missing_secret_never_falls_through_to_no_proof()
    {
        var fields = new SenderFields(
            new Dictionary<string, JsonElement> { ["signing_scheme"] = JsonSerializer.SerializeToElement("hmac_sha256") }, new Dictionary<string, string>());
        Verifier.Judge(Schemes.Of("webhook"), fields, Schemes.Headers(), [], SchemeCase.Now, byToken: true).Should().Be(Verdict.NotConfigured);
    }

    [Test]
    public void a_key_that_must_be_base64_and_is_not_proves_nothing() =>
        Standard.Judge(fields: Schemes.Fields("secret", "whsec_*not*base64*", ("signing_scheme", "standard_webhooks"))).Should().Be(Verdict.NotConfigured);

    [Test]
    public void github_s_old_sha1_signature_never_counts() =>
        Verifier.Judge(
            Schemes.Of("jira"), Schemes.Fields("webhook_secret", SchemeCase.Secret),
            Schemes.Headers(("X-Hub-Signature", "sha1=ee6ab696adf5d91f6696530df060bea2ec73cec71644430e0cb768033d5ab33b")), SchemeCase.Body, SchemeCase.Now)
            .Should().Be(Verdict.BadSignature);

    [Test]
    public void a_type_without_a_scheme_proves_nothing()
    {
        Schemes.Of("aws").Should().BeSameAs(WebhookScheme.None);
        WebhookScheme.Parse(JsonSerializer.SerializeToElement(new { verifications = "odd" })).Should().BeSameAs(WebhookScheme.None);
        Verifier.Judge(WebhookScheme.None, Schemes.Fields("secret", "x"), Schemes.Headers(), [], SchemeCase.Now, byToken: true).Should().Be(Verdict.NotConfigured);
    }

    [Test]
    public void content_with_an_unknown_part_proves_nothing()
    {
        var scheme = new WebhookScheme
        {
            Verifications = [new ProofRule { Kind = "hmac", Header = "X-Sig", SecretField = "secret", Content = "{url}{body}" }],
        };
        Verifier.Judge(scheme, Schemes.Fields("secret", "x"), Schemes.Headers(("X-Sig", "00")), [], SchemeCase.Now).Should().Be(Verdict.NotConfigured);
    }

    private static Verdict Generic(string scheme, string secret, params (string, string)[] headers) => Verifier.Judge(
        Schemes.Of("webhook"), Schemes.Fields("secret", secret, ("signing_scheme", scheme), ("signature_header", "X-Signature")),
        Schemes.Headers(headers), SchemeCase.Body, SchemeCase.Now, byToken: true);
}
