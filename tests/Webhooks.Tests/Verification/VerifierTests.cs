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

    [TestCase("Basic aHViOmEtbG9uZy1hbmQtcmFuZG9tLW9uZQ==", Verdict.Proven)]
    [TestCase("Basic YS1sb25nLWFuZC1yYW5kb20tb25l", Verdict.BadSignature)]
    [TestCase("Basic b3RoZXI6YS1sb25nLWFuZC1yYW5kb20tb25l", Verdict.BadSignature)]
    public void azure_devops_names_its_user_in_a_field_of_its_own(string header, object expected) =>
        Verifier.Judge(
            Schemes.Of("azure_devops_repos"), Schemes.Fields("webhook_password", "a-long-and-random-one", ("webhook_username", "hub")),
            Schemes.Headers(("Authorization", header)), SchemeCase.Body, SchemeCase.Now).Should().Be((Verdict)expected);

    // Made with Python's hmac.
    [TestCase("POST", "https://hub.example.com/hooks/hubspot", Verdict.Proven)]
    [TestCase("PUT", "https://hub.example.com/hooks/hubspot", Verdict.BadSignature)]
    [TestCase("POST", "https://hub.example.com/hooks/hubspot?x=1", Verdict.BadSignature)]
    [TestCase("POST", null, Verdict.NotConfigured)]
    public void hubspot_signs_method_and_address_too(string method, string? url, object expected) =>
        Verifier.Judge(
            Schemes.Of("hubspot"), Schemes.Fields("client_secret", SchemeCase.Secret),
            Schemes.Headers(("X-HubSpot-Signature-v3", "twOFDP5zucE6akFKgX0S5Rrd//E7bg5arryeQf+sOC0="), ("X-HubSpot-Request-Timestamp", "1700000000000")),
            SchemeCase.Body, SchemeCase.Now, url is null ? null : new SignedCall(method, url)).Should().Be((Verdict)expected);

    [TestCase("https://hub.example.com/hooks/trello?board=1", Verdict.Proven)]
    [TestCase("https://hub.example.com/hooks/trello", Verdict.BadSignature)]
    public void trello_signs_the_address_with_sha1(string url, object expected) =>
        Verifier.Judge(
            Schemes.Of("trello"), Schemes.Fields("api_secret", SchemeCase.Secret), Schemes.Headers(("X-Trello-Webhook", "X8Yg1jo7/sdzP35YDTZdWqiOA5M=")), SchemeCase.Body,
            SchemeCase.Now, new SignedCall("POST", url)).Should().Be((Verdict)expected);

    [TestCase(0, Verdict.Proven)]
    [TestCase(60, Verdict.Proven)]
    [TestCase(61, Verdict.Stale)]
    [TestCase(-61, Verdict.Stale)]
    public void linear_signs_its_time_inside_the_body(int secondsLater, object expected) =>
        Linear("""{"action":"create","type":"Issue","webhookTimestamp":1700000000000}""", "b00dc607f63a470fa4a6b96f5a6f015ad2b89f314249ea37a429fb2a2cfda8b5", secondsLater).Should().Be((Verdict)expected);

    [Test]
    public void a_body_without_the_signed_time_is_stale() => Linear("""{"action":"create","type":"Issue"}""", "a04227c0bcd39dc387998e0306ea9e0b1ead2244d379e33c3f864c7b40f66dad", 0).Should().Be(Verdict.Stale);

    private static Verdict Linear(string body, string signature, int secondsLater) => Verifier.Judge(
        Schemes.Of("linear"), Schemes.Fields("webhook_secret", SchemeCase.Secret), Schemes.Headers(("Linear-Signature", signature)),
        System.Text.Encoding.UTF8.GetBytes(body), SchemeCase.Now.AddSeconds(secondsLater));

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
