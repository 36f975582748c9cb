using System.Security.Cryptography;
using System.Text.Json.Nodes;
using FluentAssertions;
using NUnit.Framework;

namespace Hub.Integrations.Tests.Calls;

public sealed class GoogleTests
{
    private static RSA Key => Jwts.Key;
    private const string Me = """{"method":"GET","url":"https://www.googleapis.com/me","expect":{"status":[200]},"identity":"{$.name}"}""";
    private const long Now = 1772366400;

    private static string ServiceAccount(string? tokenUri = "https://oauth2.googleapis.com/token", string type = "service_account") => new JsonObject
    {
        ["type"] = type,
        ["client_email"] = "hub@acme.iam.gserviceaccount.com",
        ["private_key_id"] = "key-7",
        ["private_key"] = Key.ExportPkcs8PrivateKeyPem(),
        ["token_uri"] = tokenUri,
    }.ToJsonString();

    private static Sample Google(string credentials, string kind = "google_service_account", string? subject = null) => new Sample(
        $$"""{"methods":[{"kind":"{{kind}}","credentials":"{file}","scopes":["https://www.googleapis.com/auth/drive.readonly","https://www.googleapis.com/auth/x"],"subject":"{subject}"}]}""",
        Me).Secret("file", credentials).With("subject", subject ?? "");

    private static Task<FakeProvider> GoogleServer(Func<FakeProvider.Sent, (int, string)>? token = null) => FakeProvider.Start(sent =>
        sent.Path is "/me" ? (sent.Header("Authorization") is "Bearer ya29.granted" ? 200 : 401, """{"name":"hub"}""")
            : (token ?? (_ => (200, """{"access_token":"ya29.granted","expires_in":3599}""")))(sent));

    [TestCase(null)]
    [TestCase("docs-bot@acme.test")]
    public async Task A_google_service_account_exchanges_a_signed_assertion(string? subject)
    {
        await using var google = await GoogleServer();
        var outcome = await Google(ServiceAccount(), subject: subject).Test(google.Everywhere);
        outcome.Result.Success.Should().BeTrue(outcome.Result.Message);
        var sent = google.Requests.First();
        (sent.Method, sent.Host, sent.Target, sent.Header("Content-Type")).Should().Be(("POST", "oauth2.googleapis.com", "/token", "application/x-www-form-urlencoded"));
        sent.Body.Should().StartWith("grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer&assertion=");
        var (header, claims) = Jwts.Verified(sent.Form["assertion"], Key);
        header.GetRawText().Should().Be("""{"kid":"key-7","alg":"RS256","typ":"JWT"}""");
        claims.GetRawText().Should().Be("""{"iss":"hub@acme.iam.gserviceaccount.com","""
            + "\"scope\":\"https://www.googleapis.com/auth/drive.readonly https://www.googleapis.com/auth/x\",\"aud\":\"https://oauth2.googleapis.com/token\",\"iat\":"
            + $"{Now},\"exp\":{Now + 3600}" + (subject is null ? "}" : $",\"sub\":\"{subject}\"}}"));
    }

    [TestCase("https://evil.test/token")]
    [TestCase("https://oauth2.googleapis.com.evil.test/token")]
    [TestCase("http://oauth2.googleapis.com/token")]
    [TestCase("https://oauth2.googleapis.com:8443/token")]
    [TestCase("https://x@oauth2.googleapis.com/token")]
    [TestCase("http://169.254.169.254/computeMetadata/v1/token")]
    public async Task An_assertion_goes_to_google_only(string tokenUri)
    {
        var http = new ScriptedHttp();
        var result = (await Google(ServiceAccount(tokenUri)).Test(http.Call)).Result;
        (result.Reason, result.Message).Should().Be(("config", "token_uri in the credential file must be an https address of googleapis.com; the hub calls no other with it."));
        http.Requests.Should().BeEmpty();
    }

    [TestCase("{}")]
    [TestCase("""{"type":"authorized_user"}""")]
    [TestCase("""{"type":"service_account","client_email":"x"}""")]
    [TestCase("[")]
    public async Task Another_file_is_a_mistake_in_the_configuration(string file) =>
        (await Google(file).Test(new ScriptedHttp().Call)).Result.Should().BeEquivalentTo(new { Success = false, Reason = "config" });

    [Test]
    public async Task Googles_own_words_tell_of_a_wrong_clock()
    {
        await using var google = await GoogleServer(_ => (400, """{"error":"invalid_grant","error_description":"Invalid JWT: Token must be a short-lived token"}"""));
        var result = (await Google(ServiceAccount()).Test(google.Everywhere)).Result;
        result.Reason.Should().Be("auth");
        result.Message.Should().Contain("invalid_grant").And.Contain("short-lived");
    }

    private static string External(string source, string? impersonation = null, string tokenUrl = "https://sts.googleapis.com/v1/token") => new JsonObject
    {
        ["type"] = "external_account",
        ["audience"] = "//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/p/providers/o",
        ["subject_token_type"] = "urn:ietf:params:oauth:token-type:jwt",
        ["token_url"] = tokenUrl,
        ["service_account_impersonation_url"] = impersonation,
        ["credential_source"] = JsonNode.Parse(source),
    }.ToJsonString();

    private const string Source = """{"url":"https://tokens.googleapis.com/mine","headers":{"X-Ask":"please"},"format":{"type":"json","subject_token_field_name":"t"}}""";

    [TestCase("""{"file":"/var/run/secrets/token"}""", "not that machine")]
    [TestCase("""{"executable":{"command":"/bin/sh -c id"}}""", "not that machine")]
    [TestCase("""{"environment_id":"aws1","url":"http://169.254.169.254/latest/meta-data"}""", "not that machine")]
    [TestCase("""{"url":"http://169.254.169.254/metadata/identity"}""", "credential_source.url")]
    [TestCase("""{"url":"https://10.0.0.1/token"}""", "credential_source.url")]
    [TestCase("""{"url":"https://evil.test/token"}""", "credential_source.url")]
    [TestCase("{}", "not that machine")]
    public async Task A_workloads_own_token_is_not_looked_for_in_the_hub(string source, string words)
    {
        var http = new ScriptedHttp();
        var result = (await Google(External(source), "google_workload_identity").Test(http.Call)).Result;
        result.Reason.Should().Be("config");
        result.Message.Should().Contain(words);
        http.Requests.Should().BeEmpty();
    }

    [Test]
    public async Task The_addresses_in_a_workload_identity_are_googles()
    {
        foreach (var file in new[] { External(Source, tokenUrl: "https://evil.test/token"), External(Source, "https://evil.test/x:generateAccessToken") })
            (await Google(file, "google_workload_identity").Test(new ScriptedHttp().Call)).Result.Should().BeEquivalentTo(new { Success = false, Reason = "config" });
    }

    [Test]
    public async Task A_workload_identity_is_exchanged_twice()
    {
        await using var google = await FakeProvider.Start(sent => sent.Path switch
        {
            "/mine" => (200, """{"t":"subject-token-0123456789"}"""),
            "/v1/token" => (200, """{"access_token":"federated-0123456789","expires_in":3600}"""),
            "/me" => (sent.Header("Authorization") is "Bearer ya29.granted" ? 200 : 401, """{"name":"hub"}"""),
            _ => (200, """{"accessToken":"ya29.granted","expireTime":"2026-03-01T13:00:00Z"}"""),
        });
        var outcome = await Google(External(Source, "https://iamcredentials.googleapis.com/v1/projects/-/serviceAccounts/hub@acme:generateAccessToken"), "google_workload_identity")
            .Test(google.Everywhere);
        outcome.Result.Success.Should().BeTrue(outcome.Result.Message);
        var sent = google.Requests.ToArray();
        (sent[0].Host, sent[0].Header("X-Ask")).Should().Be(("tokens.googleapis.com", "please"));
        sent[1].Form.Should().Contain("subject_token", "subject-token-0123456789").And.Contain("grant_type", "urn:ietf:params:oauth:grant-type:token-exchange")
            .And.Contain("scope", "https://www.googleapis.com/auth/cloud-platform").And.Contain("subject_token_type", "urn:ietf:params:oauth:token-type:jwt");
        (sent[2].Host, sent[2].Header("Authorization"), sent[2].Body).Should().Be(("iamcredentials.googleapis.com", "Bearer federated-0123456789",
            """{"scope":["https://www.googleapis.com/auth/drive.readonly","https://www.googleapis.com/auth/x"]}"""));
    }
}
