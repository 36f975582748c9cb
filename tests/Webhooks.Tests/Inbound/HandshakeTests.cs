using System.Text.Json;
using FluentAssertions;
using Hub.Webhooks.Inbound;
using Hub.Webhooks.Tests.Verification;
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

    private static JsonElement Json(object body) => JsonSerializer.SerializeToElement(body);
}
