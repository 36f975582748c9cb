using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using FluentAssertions;
using Hub.Integrations.Calls.Authentication;
using Hub.Schemas.Contracts;
using NUnit.Framework;

namespace Hub.Integrations.Tests.Calls;

public sealed class AssertionTests
{
    private static RSA Key => Jwts.Key;

    private const string Me = """{"method":"GET","url":"{base}/me","expect":{"status":[200]},"identity":"{$.name}"}""";
    private const long Now = 1772366400;

    private static readonly object[] Pems =
    [
        new object[] { "PKCS#1", Key.ExportRSAPrivateKeyPem() },
        new object[] { "PKCS#8", Key.ExportPkcs8PrivateKeyPem() },
        new object[] { "in one line", Key.ExportRSAPrivateKeyPem().Replace("\n", "\\n") },
        new object[] { "of Windows", Key.ExportPkcs8PrivateKeyPem().Replace("\n", "\r\n") + "\r\n" },
    ];

    private static string Bearer(FakeProvider.Sent sent) => sent.Header("Authorization")!["Bearer ".Length..];

    [TestCaseSource(nameof(Pems))]
    public async Task A_github_app_names_itself_by_a_short_token_and_gets_one_of_its_installation(string form, string pem)
    {
        await using var github = await FakeProvider.Start(sent => sent.Path switch
        {
            "/app" => (200, """{"name":"hub"}"""),
            "/app/installations/42/access_tokens" => (201, """{"token":"ghs_installation0123456789","expires_at":"2026-03-01T13:00:00Z"}"""),
            _ => (200, """{"total_count":3}"""),
        });
        var sample = new Sample("""
            {"methods":[{"name":"installation","kind":"token_request","request":{"method":"POST","url":"{base}/app/installations/{installation}/access_tokens","auth":"app","status":[201]},
                         "token":"$.token","expires_at":"$.expires_at"},{"name":"app","kind":"jwt_github_app","issuer":"{client}","private_key":"{key}"}]}
            """, """
            {"method":"GET","url":"{base}/app","auth":"app","expect":{"status":[200]},"identity":"{$.name}",
             "then":[{"method":"GET","url":"{base}/installation/repositories?per_page=1","expect":{"status":[200]},"identity":"{$.total_count} repositories"}]}
            """).With("base", github.Url, FieldType.Url).With("installation", "42", FieldType.Integer).With("client", "Iv23liTest").Secret("key", pem);
        var outcome = await sample.Test(github.Direct);
        outcome.Result.Should().BeEquivalentTo(new { Success = true, Identity = "hub", Message = "Connected to Sample: hub; 3 repositories." }, form);
        var sent = github.Requests.ToArray();
        sent.Select(request => $"{request.Method} {request.Target}").Should().Equal(
            "GET /app", "POST /app/installations/42/access_tokens", "GET /installation/repositories?per_page=1");
        foreach (var jwt in sent[..2].Select(Bearer))
        {
            var (header, claims) = Jwts.Verified(jwt, Key);
            header.GetRawText().Should().Be("""{"alg":"RS256","typ":"JWT"}""");
            claims.GetRawText().Should().Be($$"""{"iat":{{Now - 60}},"exp":{{Now + 540}},"iss":"Iv23liTest"}""");
        }

        Bearer(sent[2]).Should().Be("ghs_installation0123456789");
    }

    [TestCase("-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----", "cannot be read")]
    [TestCase("garbage", "cannot be read")]
    public async Task A_key_that_is_none_is_a_mistake_in_the_configuration(string pem, string words)
    {
        var sample = new Sample("""{"methods":[{"kind":"jwt_github_app","issuer":"x","private_key":"{key}"}]}""", Me).With("base", "https://github.test", FieldType.Url).Secret("key", pem);
        var result = (await sample.Test(new ScriptedHttp().Call)).Result;
        (result.Reason, result.Steps[^1].Ok).Should().Be(("config", false));
        result.Message.Should().Contain(words).And.NotContain("MIIE");
    }

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
        Me.Replace("{base}", "https://www.googleapis.com")).Secret("file", credentials).With("subject", subject ?? "");

    private static Task<FakeProvider> GoogleServer(Func<FakeProvider.Sent, (int, string)>? token = null) => FakeProvider.Start(sent =>
        sent.Path is "/me" ? (sent.Header("Authorization") is "Bearer ya29.granted" ? 200 : 401, """{"name":"hub"}""") : (token ?? (_ => (200, """{"access_token":"ya29.granted","expires_in":3599}""")))(sent));

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
        claims.GetRawText().Should().Be("""{"iss":"hub@acme.iam.gserviceaccount.com","scope":"https://www.googleapis.com/auth/drive.readonly https://www.googleapis.com/auth/x","aud":"https://oauth2.googleapis.com/token","iat":"""
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

    private static Sample Snowflake(string account, string pem, string? passphrase = null) => new Sample("""
        {"methods":[{"kind":"snowflake_jwt","account":"{account}","username":"{user}","private_key":"{key}","passphrase":"{passphrase}",
                     "headers":{"X-Snowflake-Authorization-Token-Type":"KEYPAIR_JWT"}}],"headers":{"Accept":"application/json"}}
        """, """
        {"method":"POST","url":"https://{account}/api/v2/statements","body":{"json":{"statement":"select current_user()","timeout":30,"role":"{role}"}},
         "expect":{"status":[200],"json":[{"path":"$.data[0][0]","exists":true}]},"identity":"{$.data[0][0]}",
         "poll":{"status":[202],"url":"https://{account}/api/v2/statements/{$.statementHandle}"}}
        """).With("account", account).With("user", "svc_hub").Without("role").Without("passphrase").Secret("key", pem).Secret("passphrase", passphrase ?? "unused-passphrase");

    [TestCase("myorg-my_acct.snowflakecomputing.com", "MYORG-MY_ACCT")]
    [TestCase("xy12345.eu-central-1.snowflakecomputing.com", "XY12345")]
    [TestCase("xy12345.west-europe.azure.snowflakecomputing.com", "XY12345")]
    [TestCase("xy12345.us-east-1.privatelink.snowflakecomputing.com", "XY12345")]
    [TestCase("xy12345-abc987.global.snowflakecomputing.com", "XY12345")]
    [TestCase("acme.SnowflakeComputing.cn", "ACME")]
    public async Task A_snowflake_account_is_named_without_region_in_upper_case(string host, string account)
    {
        await using var snowflake = await FakeProvider.Start(_ => (200, """{"data":[["SVC_HUB"]]}"""));
        var outcome = await Snowflake(host, Key.ExportPkcs8PrivateKeyPem()).Test(snowflake.Everywhere);
        outcome.Result.Should().BeEquivalentTo(new { Success = true, Identity = "SVC_HUB" });
        var sent = snowflake.Requests.Single();
        (sent.Host, sent.Target, sent.Body).Should().Be((host.ToLowerInvariant(), "/api/v2/statements", """{"statement":"select current_user()","timeout":30}"""));
        sent.Header("X-Snowflake-Authorization-Token-Type").Should().Be("KEYPAIR_JWT");
        var fingerprint = Convert.ToBase64String(SHA256.HashData(Key.ExportSubjectPublicKeyInfo()));
        Jwts.Verified(Bearer(sent), Key).Claims.GetRawText().Should()
            .Be(JsonSerializer.Serialize(new { iss = $"{account}.SVC_HUB.SHA256:{fingerprint}", sub = $"{account}.SVC_HUB", iat = Now, exp = Now + 3540 }, Plain));
    }

    private static readonly JsonSerializerOptions Plain = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    [Test]
    public async Task An_encrypted_key_needs_its_passphrase()
    {
        await using var snowflake = await FakeProvider.Start(_ => (200, """{"data":[["SVC_HUB"]]}"""));
        var pem = Key.ExportEncryptedPkcs8PrivateKeyPem("open sesame", new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 1000));
        var right = await Snowflake("acme.snowflakecomputing.com", pem, "open sesame").Test(snowflake.Everywhere);
        right.Result.Success.Should().BeTrue(right.Result.Message);
        var wrong = (await Snowflake("acme.snowflakecomputing.com", pem, "open barley").Test(snowflake.Everywhere)).Result;
        (wrong.Reason, wrong.Message).Should().Be(("config", "The private key cannot be decrypted: the passphrase is wrong, or the key is damaged."));
        var without = Assert.Throws<Hub.Integrations.Calls.CallFailed>(() => PrivateKeys.Read(pem));
        without!.Message.Should().Contain("passphrase is needed");
    }

    [Test]
    public async Task A_statement_that_still_runs_is_asked_for_again()
    {
        var asked = 0;
        await using var snowflake = await FakeProvider.Start(sent => sent.Method is "POST" ? (202, """{"statementHandle":"01b2/c3"}""")
            : ++asked < 2 ? (202, """{"statementHandle":"01b2/c3"}""") : (200, """{"data":[["SVC_HUB"]]}"""));
        var sample = Snowflake("acme.snowflakecomputing.com", Key.ExportPkcs8PrivateKeyPem());
        var testing = sample.Test(snowflake.Everywhere);
        while (!testing.IsCompleted)
        {
            sample.Time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        (await testing).Result.Should().BeEquivalentTo(new { Success = true, Identity = "SVC_HUB" });
        snowflake.Requests.Select(sent => $"{sent.Method} {sent.Target}").Should()
            .Equal("POST /api/v2/statements", "GET /api/v2/statements/01b2%2Fc3", "GET /api/v2/statements/01b2%2Fc3");
    }
}
