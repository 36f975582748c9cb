using System.Security.Cryptography;
using System.Text;
using FluentAssertions;
using FsCheck;
using FsCheck.Fluent;
using Hub.Integrations.Calls;
using Hub.Integrations.Calls.Authentication;
using Hub.Schemas.Contracts;
using NUnit.Framework;

namespace Hub.Integrations.Tests.Calls;

public sealed class SigV4Tests
{
    private const string Secret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
    private const string Session = "AQoDYXdzEPT//////////wEXAMPLEtc764bNrC9SAPBSM22wDOk4x4HIZ8j4FZTwdQWLWsKWHGBuFqwAeMicRXmxfpSPfIeoIYRqTflfKD8YUuwthAx7mSEI/"
        + "qkPpKPi/kMcGdQrmGdeehM4IC1NtBmUpp2wUE8phUZampKsburEDy0KPkyQDYwT7WZ0wq5VSXDvp75YU9HFvlRd8Tx6q6fE8YQcHNVXAkiY9q6d+xo0rKwT38xVqr7ZD0u0i"
        + "PPkUL64lIZbqBAz+scqKmlzm8FDrypNC9Yjc8fPOLn9FX9KSYvKTr4rvx3iSIlTJabIQwj2ICCR/oLxBA==";

    private static readonly AwsCredentials Example = new("AKIDEXAMPLE", Secret, null);
    private static readonly DateTimeOffset Then = new(2015, 8, 30, 12, 36, 0, TimeSpan.Zero);

    // The vectors of AWS's signature version 4 test suite, and the example of the IAM user guide.
    [TestCase("GET", "/", "", "host;x-amz-date", "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31")]
    [TestCase("POST", "/", "", "host;x-amz-date", "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b")]
    [TestCase("GET", "/?Param2=value2&Param1=value1", "", "host;x-amz-date", "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500")]
    [TestCase("GET", "/?Param1=value1", "", "host;x-amz-date", "a67d582fa61cc504c4bae71f336f98b97f1ea3c7a6bfe1b6e45aec72011b9aeb")]
    [TestCase("GET", "/?ሴ=bar", "", "host;x-amz-date", "2cdec8eed098649ff3a119c94853b13c643bcf08f8b0a1d91e12c9027818dd04")]
    [TestCase("POST", "/", "Param1=value1", "content-type;host;x-amz-date", "ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a")]
    public void A_published_vector_matches(string method, string target, string body, string signed, string signature)
    {
        var draft = new CallDraft(new HttpMethod(method), new Uri($"https://example.amazonaws.com{target}"));
        if (body.Length > 0)
        {
            draft.Body = Encoding.UTF8.GetBytes(body);
            draft.Headers["Content-Type"] = "application/x-www-form-urlencoded";
        }

        SigV4.Sign(draft, Example, "us-east-1", "service", Then);
        draft.Headers["X-Amz-Date"].Should().Be("20150830T123600Z");
        draft.Headers["Authorization"].Should()
            .Be($"AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, SignedHeaders={signed}, Signature={signature}");
    }

    [Test]
    public void The_example_of_the_user_guide_matches()
    {
        var draft = new CallDraft(HttpMethod.Get, new Uri("https://iam.amazonaws.com/?Action=ListUsers&Version=2010-05-08"));
        draft.Headers["Content-Type"] = "application/x-www-form-urlencoded; charset=utf-8";
        SigV4.Sign(draft, Example, "us-east-1", "iam", Then);
        draft.Headers["Authorization"].Should().EndWith("SignedHeaders=content-type;host;x-amz-date, Signature=5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7");
    }

    [Test]
    public void A_session_token_is_signed_along()
    {
        var draft = new CallDraft(HttpMethod.Post, new Uri("https://example.amazonaws.com/"));
        SigV4.Sign(draft, Example with { SessionToken = Session }, "us-east-1", "service", Then);
        draft.Headers["X-Amz-Security-Token"].Should().Be(Session);
        draft.Headers["Authorization"].Should()
            .EndWith("SignedHeaders=host;x-amz-date;x-amz-security-token, Signature=85d96828115b5dc0cfc3bd16ad9e210dd772bbebba041836c64533a82be05ead");
    }

    // Recomputed from what arrived, by other means than the code under test: headers in the order that SignedHeaders names, the query sorted as text.
    private static string Recomputed(FakeProvider.Sent sent, string secret)
    {
        var header = sent.Header("Authorization")!;
        string Part(string name) => header.Split([", ", " "], StringSplitOptions.None).Single(part => part.StartsWith($"{name}=", StringComparison.Ordinal))[(name.Length + 1)..];
        var scope = Part("Credential").Split('/', 2)[1];
        var names = Part("SignedHeaders").Split(';');
        var lines = names.Select(name => $"{name}:{(name is "host" ? sent.Host : sent.Header(name))}\n");
        var query = sent.Target.Contains('?') ? string.Join('&', sent.Target.Split('?')[1].Split('&').Order(StringComparer.Ordinal)) : "";
        string Sha(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
        var canonical = $"{sent.Method}\n{sent.Path}\n{query}\n{string.Concat(lines)}\n{string.Join(';', names)}\n{Sha(sent.Body)}";
        var key = Encoding.UTF8.GetBytes($"AWS4{secret}");
        foreach (var part in scope.Split('/'))
            key = HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(part));
        var mac = HMACSHA256.HashData(key, Encoding.UTF8.GetBytes($"AWS4-HMAC-SHA256\n{sent.Header("X-Amz-Date")}\n{scope}\n{Sha(canonical)}"));
        return Convert.ToHexStringLower(mac);
    }

    private static void Signed(FakeProvider.Sent sent, string id, string secret, string scope)
    {
        sent.Header("Authorization").Should().StartWith($"AWS4-HMAC-SHA256 Credential={id}/{scope}/aws4_request, SignedHeaders=").And.EndWith($"Signature={Recomputed(sent, secret)}");
    }

    private const string Identity = """
        {"method":"POST","url":"https://sts.{region}.amazonaws.com/","headers":{"Accept":"application/json"},"body":{"form":{"Action":"GetCallerIdentity","Version":"2011-06-15"}},"service":"sts",
        "expect":{"status":[200]},"identity":"{$.GetCallerIdentityResponse.GetCallerIdentityResult.Arn}",
         "then":[{"method":"POST","url":"https://codepipeline.{region}.amazonaws.com/",
                  "headers":{"Content-Type":"application/x-amz-json-1.1","X-Amz-Target":"CodePipeline_20150709.ListPipelines"},"body":{"json":{"maxResults":1}},"expect":{"status":[200]},"identity":"{count($.pipelines)} pipelines"}]}
        """;

    private static Sample Aws(string role = "", string externalId = "") => new Sample("""
        {"methods":[{"kind":"aws_sigv4","service":"codepipeline","region":"{region}","access_key_id":"{id}","secret_access_key":"{secret}","session_token":"{session}",
                     "role_arn":"{role}","external_id":"{external}"}]}
        """, Identity).With("region", "eu-west-1").With("id", "AKIDEXAMPLE").Secret("secret", Secret).With("role", role).With("external", externalId).Without("session");

    private static (int, string) Caller(FakeProvider.Sent sent) => sent.Host.StartsWith("sts", StringComparison.Ordinal)
        ? (200, """{"GetCallerIdentityResponse":{"GetCallerIdentityResult":{"Arn":"arn:aws:iam::1:user/hub"}}}""") : (200, """{"pipelines":[{"name":"deploy"}]}""");

    [Test]
    public async Task Each_request_is_signed_for_its_service_over_the_bytes_that_are_sent()
    {
        await using var aws = await FakeProvider.Start(Caller);
        var outcome = await Aws().Test(aws.Everywhere);
        outcome.Result.Should().BeEquivalentTo(new { Success = true, Identity = "arn:aws:iam::1:user/hub", Message = "Connected to Sample: arn:aws:iam::1:user/hub; 1 pipelines." });
        var sent = aws.Requests.ToArray();
        (sent[0].Host, sent[0].Body, sent[0].Header("X-Amz-Date")).Should().Be(("sts.eu-west-1.amazonaws.com", "Action=GetCallerIdentity&Version=2011-06-15", "20260301T120000Z"));
        Signed(sent[0], "AKIDEXAMPLE", Secret, "20260301/eu-west-1/sts");
        (sent[1].Header("X-Amz-Target"), sent[1].Header("Content-Type"), sent[1].Body).Should().Be(("CodePipeline_20150709.ListPipelines", "application/x-amz-json-1.1", """{"maxResults":1}"""));
        Signed(sent[1], "AKIDEXAMPLE", Secret, "20260301/eu-west-1/codepipeline");
    }

    [Test]
    public async Task A_session_token_of_the_configuration_goes_along()
    {
        await using var aws = await FakeProvider.Start(Caller);
        (await Aws().Secret("session", Session).Test(aws.Everywhere)).Result.Success.Should().BeTrue();
        aws.Requests.Should().OnlyContain(sent => sent.Header("X-Amz-Security-Token") == Session && sent.Header("Authorization")!.Contains("x-amz-security-token"));
    }

    private static (int, string) WithRole(FakeProvider.Sent sent, bool open) => sent.Form.GetValueOrDefault("Action") is not "AssumeRole" ? Caller(sent)
        : sent.Form.ContainsKey("ExternalId") || open
            ? (200, """
                {"AssumeRoleResponse":{"AssumeRoleResult":{"Credentials":{"AccessKeyId":"ASIATEMPORARY","SecretAccessKey":"temporary-secret",
                 "SessionToken":"temporary-session","Expiration":1.7723700E9}}}}
                """)
            : (403, """{"Error":{"Code":"AccessDenied","Message":"not authorized to perform: sts:AssumeRole"}}""");

    [TestCase(false)]
    [TestCase(true)]
    public async Task A_role_is_assumed_with_its_external_id_and_a_test_tells_when_it_needs_none(bool open)
    {
        await using var aws = await FakeProvider.Start(sent => WithRole(sent, open));
        var outcome = await Aws("arn:aws:iam::1:role/hub", "ext-1").Test(aws.Everywhere);
        outcome.Result.Success.Should().BeTrue(outcome.Result.Message);
        outcome.Result.Message.Contains("without its external id", StringComparison.Ordinal).Should().Be(open);
        var sent = aws.Requests.ToArray();
        sent[0].Body.Should().Be("Action=AssumeRole&Version=2011-06-15&RoleArn=arn%3Aaws%3Aiam%3A%3A1%3Arole%2Fhub&RoleSessionName=integration-hub&DurationSeconds=3600&ExternalId=ext-1");
        sent[1].Form.Should().NotContainKey("ExternalId");
        Signed(sent[0], "AKIDEXAMPLE", Secret, "20260301/eu-west-1/sts");
        foreach (var (request, service) in new[] { (sent[2], "sts"), (sent[3], "codepipeline") })
        {
            request.Header("X-Amz-Security-Token").Should().Be("temporary-session");
            Signed(request, "ASIATEMPORARY", "temporary-secret", $"20260301/eu-west-1/{service}");
        }

        sent.Should().HaveCount(4, "the role is assumed once for both requests");
    }

    private static readonly object[] Refusals =
    [
        new object[] { 403, """{"Error":{"Code":"AccessDenied","Message":"not authorized"}}""", "permission" },
        new object[] { 403, """{"Error":{"Code":"InvalidClientTokenId","Message":"The security token is invalid"}}""", "auth" },
        new object[] { 403, """{"Error":{"Code":"SignatureDoesNotMatch","Message":"Signature expired"}}""", "auth" },
        new object[] { 500, """{"Error":{"Code":"InternalFailure"}}""", "provider_error" },
        new object[] { 200, "<html></html>", "provider_error" },
        new object[] { 200, """{"AssumeRoleResponse":{}}""", "provider_error" },
    ];

    [TestCaseSource(nameof(Refusals))]
    public async Task A_role_that_is_not_given_has_a_reason(int status, string body, string reason)
    {
        await using var aws = await FakeProvider.Start(_ => (status, body));
        (await Aws("arn:aws:iam::1:role/hub").Test(aws.Everywhere)).Result.Should().BeEquivalentTo(new { Success = false, Reason = reason });
    }

    [Test]
    public async Task A_role_cannot_be_assumed_by_nobody()
    {
        var http = new ScriptedHttp();
        var sample = new Sample("""
            {"methods":[{"kind":"aws_sigv4","service":"sts","region":"{region}","access_key_id":"{id}","secret_access_key":"{secret}","role_arn":"{role}"}]}
            """, Identity).With("region", "eu-west-1").With("role", "arn:aws:iam::1:role/hub").Without("id").Without("secret");
        var result = (await sample.Test(http.Call)).Result;
        (result.Reason, result.Message.StartsWith("An access key is needed", StringComparison.Ordinal)).Should().Be(("config", true));
        http.Requests.Should().BeEmpty();
    }

    [Test]
    public async Task Signed_kinds_have_no_headers_of_their_own_to_give() =>
        (await Aws().Authenticators(new ScriptedHttp().Call).Headers(Aws().Subject, default)).Should().BeEmpty();

    [Test]
    public void The_order_of_a_query_and_its_spelling_do_not_change_the_signature() =>
        Prop.ForAll(Pairs(), Gen.Choose(0, int.MaxValue - 1).ToArbitrary(), (pairs, seed) =>
        {
            var shuffled = pairs.OrderBy(pair => (pair.Name + pair.Value).GetHashCode(StringComparison.Ordinal) ^ seed).ToArray();
            string Written((string Name, string Value)[] list) =>
                string.Join('&', list.Select(pair => $"{Uri.EscapeDataString(pair.Name)}={Uri.EscapeDataString(pair.Value)}"));
            var canonical = SigV4.CanonicalQuery($"?{Written(pairs)}");
            var read = canonical.Split('&', StringSplitOptions.RemoveEmptyEntries).Select(pair => pair.Split('='))
                .Select(pair => (Uri.UnescapeDataString(pair[0]), Uri.UnescapeDataString(pair[1])));
            return SigV4.CanonicalQuery(Written(shuffled)) == canonical && SigV4.CanonicalQuery(canonical) == canonical
                && read.Order().SequenceEqual(pairs.Order()) && canonical.All(c => c is '&' or '=' or '%' or '-' or '.' or '_' or '~' || char.IsAsciiLetterOrDigit(c));
        }).QuickCheckThrowOnFailure();

    [Test]
    public void Every_byte_of_the_body_and_every_signed_header_counts() =>
        Prop.ForAll(ArbMap.Default.ArbFor<byte[]>(), ArbMap.Default.ArbFor<byte[]>(), (one, other) =>
        {
            string Signature(byte[] body, string target)
            {
                var draft = new CallDraft(HttpMethod.Post, new Uri("https://sts.amazonaws.com/")) { Body = body };
                draft.Headers["X-Amz-Target"] = target;
                SigV4.Sign(draft, Example, "us-east-1", "sts", Then);
                return draft.Headers["Authorization"];
            }

            return Signature(one, "a") == Signature([.. one], "a") && Signature(one, "a") != Signature(one, "b")
                && (one.SequenceEqual(other) || Signature(one, "a") != Signature(other, "a"));
        }).QuickCheckThrowOnFailure();

    private static Arbitrary<(string Name, string Value)[]> Pairs() =>
        (from name in Gen.Elements("a", "A", "page[size]", "x y", "ሴ", "a/b", "q~*'()!") from value in Gen.Elements("", "1", "=", "&", "+", "%41", "ü ö", "z~") select (name, value))
            .ArrayOf().ToArbitrary();
}
