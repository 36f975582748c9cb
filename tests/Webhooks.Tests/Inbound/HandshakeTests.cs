using System.Text.Json;
using FluentAssertions;
using Hub.Webhooks.Inbound;
using Hub.Webhooks.Tests.Verification;
using Hub.Webhooks.Verification;
using NUnit.Framework;

namespace Hub.Webhooks.Tests.Inbound;

internal sealed class HandshakeTests
{
    [Test]
    public void slack_gets_its_challenge_back_and_nothing_is_stored()
    {
        var rule = Schemes.Of("slack").Handshake;
        Handshake.For(rule, Json(new { type = "url_verification", challenge = "c{$.type}1" })).Should().Be(new Handshake("text/plain", "c{$.type}1", Store: false));
        Handshake.For(rule, Json(new { type = "event_callback" })).Should().BeNull();
    }

    [Test]
    public void teams_gets_a_message_for_every_delivery_which_is_stored() =>
        Handshake.For(Schemes.Of("microsoft_teams").Handshake, Json(new { type = "message" }))!.Store.Should().BeTrue();

    [Test]
    public void a_handshake_before_the_proof_is_not_answered() =>
        Handshake.For(Schemes.Of("notion").Handshake, Json(new { verification_token = "secret_x" })).Should().BeNull();

    [TestCase("""{"path":"$.a","equals":"x"}""", true, false, false)]
    [TestCase("""{"path":"$.a","equals":true}""", false, true, false)]
    [TestCase("""{"path":"$.a","not_equals":"x"}""", false, true, true)]
    [TestCase("""{"path":"$.a","exists":true}""", true, true, false)]
    [TestCase("""{"path":"$.a","exists":false}""", false, false, true)]
    public void conditions_on_the_body_hold_for_x_for_true_and_for_nothing(string condition, bool x, bool yes, bool nothing)
    {
        var rule = WebhookScheme.Parse(JsonElement.Parse($$$"""
            {"handshake":{"kind":"echo","signed":true,"when":{{{condition}}},"answer":{"content_type":"text/plain","body":"ok"} } }
            """)).Handshake;
        (Handshake.For(rule, Json(new { a = "x" })) is not null, Handshake.For(rule, Json(new { a = true })) is not null, Handshake.For(rule, Json(new { })) is not null)
            .Should().Be((x, yes, nothing));
    }

    private static JsonElement Json(object body) => JsonSerializer.SerializeToElement(body);
}
