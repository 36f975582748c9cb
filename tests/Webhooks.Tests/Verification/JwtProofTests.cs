using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using FluentAssertions;
using Hub.Webhooks.Verification;
using NUnit.Framework;

namespace Hub.Webhooks.Tests.Verification;

internal sealed class JwtProofTests
{
    private const long Now = 1_700_000_000;

    [TestCase("""{"alg":"HS256"}""", """{"exp":1700000060}""", Verdict.Proven)]
    [TestCase("""{"alg":"HS256","typ":"JWT"}""", """{"exp":1699999941,"iat":1700000060,"nbf":1700000060}""", Verdict.Proven)]
    [TestCase("""{"alg":"HS256"}""", """{"exp":1699999940}""", Verdict.Stale)]
    [TestCase("""{"alg":"HS256"}""", """{"exp":1700000060,"iat":1700000061}""", Verdict.Stale)]
    [TestCase("""{"alg":"HS256"}""", """{"exp":1700000060,"nbf":1700000061}""", Verdict.Stale)]
    [TestCase("""{"alg":"HS256"}""", """{"iat":1700000000}""", Verdict.Stale)]
    [TestCase("""{"alg":"HS256"}""", """{"exp":"1700000060"}""", Verdict.Stale)]
    [TestCase("""{"alg":"HS256"}""", """{"exp":1e300}""", Verdict.Stale)]
    [TestCase("""{"alg":"HS256"}""", """[]""", Verdict.MalformedSignature)]
    [TestCase("""{"alg":"none"}""", """{"exp":1700000060}""", Verdict.MalformedSignature)]
    [TestCase("""{"alg":"HS512"}""", """{"exp":1700000060}""", Verdict.MalformedSignature)]
    [TestCase("""{"alg":"hs256"}""", """{"exp":1700000060}""", Verdict.MalformedSignature)]
    [TestCase("""{"alg":"HS256","crit":["b64"],"b64":false}""", """{"exp":1700000060}""", Verdict.MalformedSignature)]
    [TestCase("""{}""", """{"exp":1700000060}""", Verdict.MalformedSignature)]
    public void only_hs256_with_an_end_counts(string header, string claims, object expected) => Judge("Bearer " + Token(header, claims)).Should().Be((Verdict)expected);

    /// <summary>Hashes made with npm's atlassian-jwt 2.0.3.</summary>
    [TestCase("/webhooks/in/abc", "69932e11f131023052d01373fe9d249438a3bab9163c948a62ae6aa2e0f4773c", Verdict.Proven)]
    [TestCase("/webhooks/in/abc/", "69932e11f131023052d01373fe9d249438a3bab9163c948a62ae6aa2e0f4773c", Verdict.Proven)]
    [TestCase("/webhooks/in/abc?jwt=x.y.z", "69932e11f131023052d01373fe9d249438a3bab9163c948a62ae6aa2e0f4773c", Verdict.Proven, TestName = "the token's own place in the query does not count")]
    [TestCase("/webhooks/in/abc", "e41ad6fe31cc488fb5a0fb034741066f652d09c91b13c91f5cdb8d6f3b4178c5", Verdict.Proven, TestName = "below the base address https://hub.example.com/webhooks")]
    [TestCase("/webhooks/in/a&b?x=y", "413055e74fc1e418326e1a96aa584f73e49e81eecc461a58c2215756aa3fe77c", Verdict.Proven)]
    [TestCase("/hook?b=2&a=x+y&a=%C3%A9%2A&B=(1)!&c&jwt=abc&d=1%2F2", "a371e01f3b154263b503a8dab70ecd711a0939583fc24d0b06c145a5c09fc922", Verdict.Proven)]
    [TestCase("/hook?b=2&a=x+y&a=%C3%A9%2A&B=(1)!&c&jwt=abc&d=1%2F3", "a371e01f3b154263b503a8dab70ecd711a0939583fc24d0b06c145a5c09fc922", Verdict.BadSignature)]
    [TestCase("/webhooks/in/abc", "fa3ea5d1687942bf2daec1d1bbef3fcaf35a526b708e8497b4b15ec1967c842d", Verdict.BadSignature, TestName = "of another address")]
    [TestCase("/webhooks/in/abc", "79867096ef3b7773b307b3b00cbed392baba883fa94a4cab300876f0b646e97b", Verdict.BadSignature, TestName = "of GET")]
    [TestCase("/webhooks/in/abc", "6dfb58321692d08d44565d1331846fc24e7dc08b33259d262f4eff79b21d8e05", Verdict.BadSignature, TestName = "of no path at all")]
    [TestCase("/hook?a=1", "7c68a95ae565874370690548bfbd92b2c63843300c89f8a8a6e959f64c9e5f95", Verdict.BadSignature, TestName = "of the address without its query")]
    [TestCase("/webhooks/in/abc", "context-qsh", Verdict.BadSignature)]
    [TestCase("/webhooks/in/abc", "", Verdict.BadSignature)]
    public void a_token_that_says_for_which_call_it_is_counts_there_only(string path, string hash, object expected) =>
        Judge("Bearer " + Token("""{"alg":"HS256"}""", $$"""{"exp":1700000060,"qsh":"{{hash}}"}"""), new SignedCall("POST", "https://hub.example.com" + path))
            .Should().Be((Verdict)expected);

    [TestCase("null")]
    [TestCase("7")]
    [TestCase("\"69932e11f131023052d01373fe9d249438a3bab9163c948a62ae6aa2e0f4773c\"")]
    public void a_call_that_cannot_be_told_is_not_taken_for_the_right_one(string hash) =>
        Judge("Bearer " + Token("""{"alg":"HS256"}""", $$"""{"exp":1700000060,"qsh":{{hash}}}""")).Should().Be(Verdict.BadSignature);

    [TestCase("")]
    [TestCase("Bearer ")]
    [TestCase("Bearer a.b")]
    [TestCase("Bearer a.b.c.d")]
    [TestCase("Basic a.b.c")]
    [TestCase("Bearer ..")]
    public void what_is_no_token_is_refused(string header) => Judge(header).Should().NotBe(Verdict.Proven);

    [Test]
    public void a_token_without_its_signature_or_with_another_s_is_refused()
    {
        var token = Token("""{"alg":"HS256"}""", """{"exp":1700000060}""");
        Judge("Bearer " + token[..(token.LastIndexOf('.') + 1)]).Should().Be(Verdict.BadSignature);
        Judge("Bearer " + token + "=").Should().Be(Verdict.BadSignature);
        Judge("Bearer " + Token("""{"alg":"HS256"}""", """{"exp":1700000060}""", "other")).Should().Be(Verdict.BadSignature);
    }

    private static Verdict Judge(string header, SignedCall? call = null) => Verifier.Judge(
        Schemes.Of("jira"), Schemes.Fields("webhook_secret", SchemeCase.Secret, ("webhook_auth", "jwt")), Schemes.Headers(("Authorization", header)), [],
        DateTimeOffset.FromUnixTimeSeconds(Now), call);

    private static string Token(string header, string claims, string secret = SchemeCase.Secret)
    {
        var content = $"{Text(header)}.{Text(claims)}";
        return $"{content}.{Base64Url.EncodeToString(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes(content)))}";
    }

    private static string Text(string json) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(json));
}
