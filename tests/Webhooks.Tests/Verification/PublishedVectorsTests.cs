using System.Text;
using FluentAssertions;
using Hub.Webhooks.Verification;
using NUnit.Framework;

namespace Hub.Webhooks.Tests.Verification;

/// <summary>Signatures that the providers and the authors of the standards publish.</summary>
internal sealed class PublishedVectorsTests
{
    private const string StandardId = "msg_p5jXN8AQM9LWM0D4loKWxJek";

    private const string SlackBody =
        "token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner"
        + "&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN"
        + "&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c";

    [TestCase("github_repos", "It's a Secret to Everybody", "Hello, World!", "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17")]
    [TestCase("github", "mysecret", "{\"foo\":\"bar\"}", "sha256=4864d2759938a15468b5df9ade20bf161da9b4f737ea61794142f3484236bda3")]
    [TestCase("github_app", "mysecret", "{\"foo\":\"bar\"}", "sha256=4864d2759938a15468b5df9ade20bf161da9b4f737ea61794142f3484236bda3")]
    public void github_and_octokit(string type, string secret, string body, string signature) =>
        Judge(type, "webhook_secret", secret, body, 0, ("X-Hub-Signature-256", signature)).Should().Be(Verdict.Proven);

    [Test]
    public void jira_cloud() =>
        Judge("jira", "webhook_secret", "It's a Secret to Everybody", "Hello World!", 0,
            ("X-Hub-Signature", "sha256=a4771c39fbe90f317c7824e83ddef3caae9cb3d976c214ace1f2937e133263c9")).Should().Be(Verdict.Proven);

    [Test]
    public void slack() =>
        Judge("slack", "signing_secret", "8f742231b10e8888abcd99yyyzzz85a5", SlackBody, 1531420618,
            ("X-Slack-Request-Timestamp", "1531420618"),
            ("X-Slack-Signature", "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503")).Should().Be(Verdict.Proven);

    [TestCase("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", StandardId, 1614265330, "{\"test\": 2432232314}", "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")]
    [TestCase("whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD", "msg_27UH4WbU6Z5A5EzD8u03UvzRbpk", 1649367553,
        "{\"email\":\"test@example.com\",\"username\":\"test_user\"}", "v1,tZ1I4/hDygAJgO5TYxiSd6Sd0kDW6hPenDe+bTa3Kkw=")]
    [TestCase("whsec_plJ3nmyCDGBKInavdOK15jsl", "msg_loFOjxBNrRLzqYUf", 1731705121, "{\"event_type\":\"ping\",\"data\":{\"success\":true}}",
        "v1,rAvfW3dJ/X/qxhsaXPOyyCGmRKsaKWcsNccKXlIktD0=")]
    public void standard_webhooks_and_svix(string secret, string id, long timestamp, string body, string signature) =>
        Verifier.Judge(
            Schemes.Of("webhook"), Schemes.Fields("secret", secret, ("signing_scheme", "standard_webhooks")),
            Schemes.Headers(("webhook-id", id), ("webhook-timestamp", $"{timestamp}"), ("webhook-signature", signature)),
            Encoding.UTF8.GetBytes(body), DateTimeOffset.FromUnixTimeSeconds(timestamp)).Should().Be(Verdict.Proven);

    private static Verdict Judge(string type, string field, string secret, string body, long now, params (string, string)[] headers) => Verifier.Judge(
        Schemes.Of(type), Schemes.Fields(field, secret), Schemes.Headers(headers), Encoding.UTF8.GetBytes(body), DateTimeOffset.FromUnixTimeSeconds(now));
}
