using System.Text.Json;
using FluentAssertions;
using Hub.Webhooks.Inbound;
using Hub.Webhooks.Tests.Verification;
using NUnit.Framework;

namespace Hub.Webhooks.Tests.Inbound;

internal sealed class KeptHeadersTests
{
    [Test]
    public void nothing_that_could_prove_or_authenticate_anything_is_kept()
    {
        var fields = Schemes.Fields("secret", "s3cret", ("signing_scheme", "token_header"), ("signature_header", "X-Mine"));
        var kept = KeptHeaders.Of(Schemes.Headers(
            ("Authorization", "Basic x"), ("Cookie", "a=b"), ("X-Hub-Signature", "sha256=1"), ("X-Hub-Signature-256", "sha256=1"), ("Stripe-Signature", "t=1"),
            ("X-Gitlab-Token", "t"), ("X-Api-Key", "k"), ("X-Mine", "s3cret"), ("X-Shopify-Hmac-SHA256", "h"), ("X-Odd", "it says s3cret here"),
            ("Content-Type", "application/json"), ("X-GitHub-Event", "push"), ("User-Agent", new string('u', 5000))), Schemes.Of("webhook"), fields);
        using var json = JsonDocument.Parse(kept);
        json.RootElement.EnumerateObject().Select(header => header.Name).Should().BeEquivalentTo("content-type", "x-github-event", "user-agent");
        json.RootElement.GetProperty("user-agent").GetString()!.Length.Should().Be(1000);
    }
}
