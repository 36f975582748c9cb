using System.Security.Cryptography;
using System.Text.Json;
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
