using System.Text;
using FluentAssertions;
using Hub.Integrations.Calls;
using Hub.Schemas.Contracts;
using NUnit.Framework;

namespace Hub.Integrations.Tests.Calls;

public sealed class StaticAuthenticationTests
{
    private const string Me = """{"method":"GET","url":"{base}/me","expect":{"status":[200],"json":[{"path":"$.name","exists":true}]},"identity":"{$.name}"}""";

    private static Task<FakeProvider> Provider() => FakeProvider.Start(_ => (200, """{"name":"ada"}"""));

    private static async Task<FakeProvider.Sent> SentBy(Sample sample, FakeProvider provider)
    {
        var outcome = await sample.With("base", provider.Url, FieldType.Url).Test(provider.Direct);
        outcome.Result.Success.Should().BeTrue(outcome.Result.Message);
        outcome.Result.Identity.Should().Be("ada");
        return provider.Requests.Single();
    }

    [TestCase("ada@acme.test", "s3cret:with:colons", "ada@acme.test:s3cret:with:colons")]
    [TestCase("", "patpatpatpat", ":patpatpatpat")]
    [TestCase("käthe", "pässword", "käthe:pässword")]
    public async Task Basic_sends_user_and_password_in_utf8(string user, string password, string plain)
    {
        await using var provider = await Provider();
        var sample = new Sample("""{"methods":[{"kind":"basic","username":"{user}","password":"{password}"}]}""", Me).With("user", user).Secret("password", password);
        (await SentBy(sample, provider)).Header("Authorization").Should().Be($"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes(plain))}");
    }

    [Test]
    public async Task A_suffix_that_belongs_to_the_user_name_is_sent()
    {
        await using var provider = await Provider();
        var sample = new Sample("""{"methods":[{"kind":"basic","username":"{email}/token","password":"{token}"}]}""", Me).With("email", "a@b.c").Secret("token", "abcdefgh");
        (await SentBy(sample, provider)).Header("Authorization").Should().Be($"Basic {Convert.ToBase64String("a@b.c/token:abcdefgh"u8)}");
    }

    [TestCase("""{"kind":"bearer","token":"{token}"}""", "Authorization", "Bearer t0ken-of-this-test")]
    [TestCase("""{"kind":"header","header":"Authorization","value":"Token token={token}"}""", "Authorization", "Token token=t0ken-of-this-test")]
    [TestCase("""{"kind":"header","header":"{name}","value":"{token}"}""", "X-Api-Key", "t0ken-of-this-test")]
    public async Task A_token_is_sent_as_the_document_says(string method, string header, string value)
    {
        await using var provider = await Provider();
        var sample = new Sample($$"""{"methods":[{{method}}]}""", Me).With("name", "X-Api-Key").Secret("token", "t0ken-of-this-test");
        var sent = await SentBy(sample, provider);
        sent.Header(header).Should().Be(value);
        sent.Header("User-Agent").Should().StartWith("IntegrationHub/");
        (sent.Method, sent.Target, sent.Body).Should().Be(("GET", "/me", ""));
        sent.Headers.Keys.Should().NotContain("Content-Length");
    }

    [Test]
    public async Task A_key_in_the_query_goes_beside_what_is_there_and_shows_in_no_text()
    {
        await using var provider = await FakeProvider.Start(_ => (403, """{"message":"key k3y of&this=test is wrong"}"""));
        var sample = new Sample("""{"methods":[{"kind":"query","parameter":"api key","value":"{key}"}]}""", Me.Replace("/me", "/me?a=1"))
            .Secret("key", "k3y of&this=test").With("base", provider.Url, FieldType.Url);
        var outcome = await sample.Test(provider.Direct);
        provider.Requests.Single().Target.Should().Be("/me?a=1&api%20key=k3y%20of%26this%3Dtest");
        System.Text.Json.JsonSerializer.Serialize(outcome.Result).Should().NotContain("k3y").And.Contain("[redacted]");
        (await sample.Authenticators(provider.Direct).Headers(sample.Subject, default)).Should().BeEmpty("an address is authenticated, not a header");
    }

    [Test]
    public async Task Nothing_is_sent_where_nothing_is_needed()
    {
        await using var provider = await Provider();
        var sent = await SentBy(new Sample("""{"methods":[{"kind":"none"}]}""", Me), provider);
        sent.Headers.Keys.Should().NotContain("Authorization");
    }

    [TestCase("pat", "Bearer t0ken-of-this-test")]
    [TestCase("basic", "Basic YWRhOnQwa2VuLW9mLXRoaXMtdGVzdA==")]
    public async Task The_first_method_whose_condition_holds_is_used(string choice, string header)
    {
        await using var provider = await Provider();
        var sample = new Sample("""
            {"methods":[{"kind":"bearer","token":"{token}","when":{"field":"auth_type","values":["pat"]},"headers":{"X-Type":"PAT"}},
                        {"kind":"basic","username":"{user}","password":"{token}"}]}
            """, Me).With("auth_type", choice, FieldType.Select).With("user", "ada").Secret("token", "t0ken-of-this-test");
        var sent = await SentBy(sample, provider);
        sent.Header("Authorization").Should().Be(header);
        sent.Headers.ContainsKey("X-Type").Should().Be(choice is "pat");
    }

    [Test]
    public async Task Headers_of_the_type_of_a_field_and_of_the_request_go_along_and_empty_ones_do_not()
    {
        await using var provider = await Provider();
        var sample = new Sample("""
            {"methods":[{"kind":"none"}],"headers":{"Notion-Version":"{version}","X-Org":"{org}","X-Static":"yes"},"headers_field":"more"}
            """, Me.Replace("\"expect\"", "\"headers\":{\"X-Own\":\"{base}\",\"X-Static\":\"no\"},\"expect\""))
            .With("version", "2025-09-03").Without("org").With("more", """{"X-More":"1","X-Number":2}""", FieldType.Json);
        var sent = await SentBy(sample, provider);
        sent.Header("Notion-Version").Should().Be("2025-09-03");
        (sent.Header("X-More"), sent.Header("X-Number"), sent.Header("X-Static"), sent.Header("X-Own")).Should().Be(("1", "2", "no", provider.Url));
        sent.Headers.Should().NotContainKey("X-Org");
    }

    [Test]
    public async Task A_variable_stands_for_what_a_choice_means()
    {
        await using var provider = await Provider();
        var sample = new Sample("""
            {"methods":[{"kind":"none"}],"variables":{"root":{"field":"deployment","map":{"cloud":"{base}/wiki","data_center":"{base}"}}}}
            """, Me.Replace("{base}/me", "{root}/me")).With("deployment", "cloud", FieldType.Select);
        (await SentBy(sample, provider)).Target.Should().Be("/wiki/me");
    }

    [TestCase("X-Key", "line\nbreak")]
    [TestCase("Host", "evil.test")]
    [TestCase("Content-Length", "5")]
    public async Task A_header_that_cannot_be_sent_is_a_mistake_in_the_configuration(string name, string value)
    {
        await using var provider = await Provider();
        var sample = new Sample("""{"methods":[{"kind":"header","header":"{name}","value":"{value}"}]}""", Me)
            .With("name", name).Secret("value", value).With("base", provider.Url, FieldType.Url);
        var outcome = await sample.Test(provider.Direct);
        (outcome.Result.Reason, outcome.Result.Steps[^1].Name).Should().Be(("config", "config"));
        provider.Requests.Should().BeEmpty();
    }

    [Test]
    public async Task A_kind_that_this_version_does_not_know_is_said_so()
    {
        var sample = new Sample("""{"methods":[{"kind":"carrier_pigeon"}]}""", Me).With("base", "https://provider.test", FieldType.Url);
        var outcome = await sample.Test(new ScriptedHttp().Call);
        outcome.Result.Should().BeEquivalentTo(new { Success = false, Reason = "config" });
        outcome.Result.Message.Should().Contain("carrier_pigeon");
    }

    [TestCase("eyJhbGciOiJIUzI1NiJ9.eyJleHAiOjE3OTI0OTc2MDB9.c2ln", "2026-10-20T12:00:00")]
    [TestCase("eyJhbGciOiJIUzI1NiJ9.eyJleHAiOiIxNzkyNDk3NjAwIn0.c2ln", "2026-10-20T12:00:00")]
    [TestCase("eyJhbGciOiJIUzI1NiJ9.eyJleHAiOjFlNDAwfQ.c2ln", null)]
    [TestCase("eyJhbGciOiJIUzI1NiJ9.bm8ganNvbg.c2ln", null)]
    [TestCase("not.a.jwt", null)]
    [TestCase("plain-token", null)]
    public async Task A_bearer_token_that_is_a_jwt_tells_when_it_ends(string token, string? expected)
    {
        await using var provider = await Provider();
        var outcome = await new Sample("""{"methods":[{"kind":"bearer","token":"{token}"}]}""", Me)
            .Secret("token", token).With("base", provider.Url, FieldType.Url).Test(provider.Direct);
        var found = outcome.Detected!["credential_expires_at"]?.GetValue<string>();
        if (expected is null)
            found.Should().BeNull();
        else
            found.Should().StartWith(expected).And.EndWith("Z");
    }
}
