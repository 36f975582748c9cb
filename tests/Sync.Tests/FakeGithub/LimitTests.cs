using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using FluentAssertions;
using Hub.FakeGithub;
using Hub.Fakes;
using Hub.TestHarness;
using NUnit.Framework;

namespace Hub.Sync.Tests.FakeGithub;

/// <summary>The fake counts, refuses and authenticates as GitHub does.</summary>
public sealed class LimitTests
{
    private const string Repo = "/repos/acme/shop";

    private readonly FakeTime time = new(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));
    private FakeGithubServer github = null!;
    private GithubCaller caller = null!;

    [SetUp]
    public async Task Start()
    {
        github = await FakeGithubServer.Start(new FakeGithubOptions { Clock = time, Prefix = "/api/v3" });
        caller = new GithubCaller(github);
    }

    [TearDown]
    public async Task Stop()
    {
        caller.Dispose();
        await github.DisposeAsync();
    }

    [Test]
    public async Task What_did_not_change_is_304_without_a_body_and_without_being_counted()
    {
        var first = await caller.Get($"{Repo}/branches");
        first.Remaining.Should().Be(4_999);
        var again = await caller.Get($"{Repo}/branches", ("If-None-Match", first.Headers["ETag"]));
        (again.Status, again.Body, again.Remaining).Should().Be((HttpStatusCode.NotModified, null, 4_999));
        var head = await caller.Get(Repo);
        (await caller.Get(Repo, ("If-Modified-Since", head.Headers["Last-Modified"]))).Status.Should().Be(HttpStatusCode.NotModified);
        github.Repository.Git.CreateBranch("feature/HUB-7");
        var changed = await caller.Get($"{Repo}/branches", ("If-None-Match", first.Headers["ETag"]));
        (changed.Status, changed.Remaining).Should().Be((HttpStatusCode.OK, 4_997));
    }

    [TestCase(403)]
    [TestCase(429)]
    public async Task An_exhausted_hour_refuses_until_its_end_by_the_clock(int status)
    {
        (github.Limits.RefusalStatus, _) = (status, await caller.Get(Repo));
        github.Limits.Leave(1);
        (await caller.Get(Repo)).Remaining.Should().Be(0);
        var refused = await caller.Get(Repo);
        ((int)refused.Status, refused.Remaining).Should().Be((status, 0));
        refused.Json.Text("message").Should().StartWith("API rate limit exceeded for user ID");
        var reset = DateTimeOffset.FromUnixTimeSeconds(long.Parse(refused.Headers["x-ratelimit-reset"], CultureInfo.InvariantCulture));
        reset.Should().Be(time.GetUtcNow().AddHours(1));
        (await caller.Get("/rate_limit")).Json.GetProperty("rate").Number("remaining").Should().Be(0);
        time.Advance(TimeSpan.FromHours(1));
        (await caller.Get(Repo)).Remaining.Should().Be(4_999);
    }

    [Test]
    public async Task A_secondary_limit_speaks_of_itself_and_leaves_the_primary_one_alone()
    {
        github.Faults.Next(Repo, Fault.SecondaryLimit(retryAfterSeconds: 8));
        github.Faults.Next(Repo, Fault.SecondaryLimit(retryAfterSeconds: null, status: 429));
        var first = await caller.Get(Repo);
        (first.Status, first.Headers["Retry-After"], first.Remaining).Should().Be((HttpStatusCode.Forbidden, "8", 4_000));
        first.Json.Text("message").Should().Contain("secondary rate limit");
        var second = await caller.Get(Repo);
        second.Status.Should().Be(HttpStatusCode.TooManyRequests);
        second.Headers.Should().NotContainKey("Retry-After");
        (await caller.Get(Repo)).Status.Should().Be(HttpStatusCode.OK);
    }

    [Test]
    public async Task Who_has_no_agent_no_right_token_or_no_access_is_told_so_as_GitHub_does()
    {
        caller.Agent = null;
        (await caller.Get(Repo)).Status.Should().Be(HttpStatusCode.Forbidden);
        caller.Agent = "hub-tests";
        github.Access.SsoRequired = true;
        (await caller.Get(Repo)).Headers["X-GitHub-SSO"].Should().StartWith("required; url=");
        github.Access.SsoRequired = false;
        github.Repository.Hidden = true;
        (await caller.Get(Repo)).Status.Should().Be(HttpStatusCode.NotFound);
        caller.Token = "ghp_wrong";
        (await caller.Get(Repo)).Json.Text("message").Should().Be("Bad credentials");
        caller.Token = null;
        (await caller.Get(Repo)).Status.Should().Be(HttpStatusCode.NotFound, "a private repository is not there for strangers");
    }

    [Test]
    public async Task An_App_proves_itself_by_its_key_and_gets_a_token_for_an_hour()
    {
        var path = $"/app/installations/{github.Options.InstallationId}/access_tokens";
        caller.Token = Jwt(minutes: 9);
        (await caller.Get("/app")).Json.Text("slug").Should().Be("integration-hub");
        var given = await caller.Post(path);
        given.Status.Should().Be(HttpStatusCode.Created);
        caller.Token = Jwt(minutes: 11);
        (await caller.Post(path)).Json.Text("message").Should().Contain("too far in the future");
        caller.Token = Jwt(minutes: 9)[..^4] + "AAAA";
        (await caller.Post(path)).Status.Should().Be(HttpStatusCode.Unauthorized);
        caller.Token = given.Json.Text("token");
        (await caller.Get("/installation/repositories?per_page=1")).Json.Number("total_count").Should().Be(1);
        (await caller.Get("/user")).Status.Should().Be(HttpStatusCode.Forbidden);
        time.Advance(TimeSpan.FromMinutes(60));
        (await caller.Get(Repo)).Status.Should().Be(HttpStatusCode.Unauthorized);
    }

    [Test]
    public async Task How_many_asked_at_once_is_noted()
    {
        github.Faults.Next(Repo, Fault.Timeout, times: 3);
        using var patience = new CancellationTokenSource();
        await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => Hanging(patience.Token)).Append(Release(patience)));
        github.Requests.MostAtOnce.Should().Be(3);
    }

    private async Task Hanging(CancellationToken ct)
    {
        using var http = new HttpClient();
        var asked = () => http.GetAsync(new Uri($"{github.Url}{Repo}"), ct);
        await asked.Should().ThrowAsync<OperationCanceledException>();
    }

    private async Task Release(CancellationTokenSource patience)
    {
        await HubFixture.Eventually(() => Task.FromResult(github.Requests.MostAtOnce), most => most == 3, "three are waiting");
        await patience.CancelAsync();
    }

    private string Jwt(int minutes)
    {
        using var key = RSA.Create();
        key.ImportFromPem(github.AppPrivateKey);
        var now = time.GetUtcNow();
        var claims = new { iat = now.AddSeconds(-60).ToUnixTimeSeconds(), exp = now.AddMinutes(minutes).ToUnixTimeSeconds(), iss = github.Options.ClientId };
        var signed = $"{Encode(new { alg = "RS256", typ = "JWT" })}.{Encode(claims)}";
        var signature = key.SignData(Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        return $"{signed}.{System.Buffers.Text.Base64Url.EncodeToString(signature)}";
    }

    private static string Encode(object part) => System.Buffers.Text.Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(part));
}
