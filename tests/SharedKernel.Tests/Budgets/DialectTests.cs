using System.Globalization;
using System.Text;
using FluentAssertions;
using Hub.SharedKernel.Budgets;
using Hub.SharedKernel.Budgets.Dialects;
using Hub.SharedKernel.Outbound;
using NUnit.Framework;

namespace Hub.SharedKernel.Tests.Budgets;

public class DialectTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    // The provider's clock is an hour behind ours.
    private static readonly DateTimeOffset Theirs = Now.AddHours(-1);

    private static OutboundRequest Call(string url, string method = "GET") => new() { Method = new HttpMethod(method), Url = new Uri(url) };

    private static IReadOnlyList<LimitReading> Read(string type, OutboundRequest request, int status, string body, params (string Name, string Value)[] headers)
    {
        var all = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase) { ["Date"] = Theirs.ToString("R", CultureInfo.InvariantCulture) };
        foreach (var (name, value) in headers)
            all[name] = value;
        return BudgetDialects.Of(type).Read(request, new OutboundResponse(status, all, Encoding.UTF8.GetBytes(body), request.Url, TimeSpan.Zero), Now);
    }

    [TestCase("jira-quota-tenant-based", "")]
    [TestCase("jira-quota-global-based", "")]
    [TestCase(null, "")]
    [TestCase("jira-burst-based", "PUT api/3/issue/*/comment/*")]
    [TestCase("jira-per-issue-on-write", "issue HUB-7")]
    public void Jira_says_by_its_reason_what_must_rest(string? reason, string scope)
    {
        var call = Call("https://acme.atlassian.net/jira/rest/api/3/issue/HUB-7/comment/10001", "PUT");
        (string, string)[] headers = [("X-RateLimit-Reset", "2026-03-01T11:01:30Z")];
        var told = Read("jira", call, 429, "", reason is null ? headers : [.. headers, ("RateLimit-Reason", reason)]).Should().ContainSingle().Subject;
        (told.Scope, told.Pause).Should().Be((scope, TimeSpan.FromSeconds(90)), "its reset is read by its own clock");
        BudgetDialects.Of("jira").Draws(call).Select(draw => draw.Scope).Append("").Should().Contain(scope);
    }

    [Test]
    public void Endpoints_of_jira_are_told_apart_but_not_their_ids()
    {
        static string Of(string path, string method = "GET") => BudgetDialects.Of("jira").Draws(Call($"https://acme.test{path}", method))[0].Scope;

        Of("/rest/api/3/issue/10001").Should().Be(Of("/ctx/rest/api/3/issue/HUB-9"));
        Of("/rest/api/3/project/HUB").Should().Be(Of("/rest/api/3/project/PAY")).And.NotBe(Of("/rest/api/3/project/search"));
        Of("/rest/api/3/search/jql", "POST").Should().Be("POST api/3/search/jql");
    }

    [Test]
    public void Jira_Data_Center_has_a_bucket_and_its_retry_after_counts_with_429_only()
    {
        (string, string)[] headers =
            [("X-RateLimit-Limit", "60"), ("X-RateLimit-Remaining", "12"), ("X-RateLimit-Interval-Seconds", "30"), ("X-RateLimit-FillRate", "10"), ("retry-after", "0")];
        var call = Call("https://jira.test/rest/api/2/search", "POST");
        var bucket = Read("jira", call, 200, "", headers).Should().ContainSingle().Subject;
        (bucket.Capacity, bucket.Remaining, bucket.Refill, bucket.Window, bucket.Refused).Should().Be((60, 12, 10, TimeSpan.FromSeconds(30), false));
        Read("jira", call, 429, "", headers)[^1].Pause.Should().Be(TimeSpan.Zero);
        Read("jira", call, 200, "", ("X-RateLimit-Limit", "100"), ("X-RateLimit-Remaining", "3"), ("X-RateLimit-NearLimit", "true"))
            .Should().BeEmpty("Cloud does not say when that would be full again");
    }

    [Test]
    public void Jiras_points_are_read_with_and_without_their_prefix()
    {
        foreach (var prefix in new[] { "", "Beta-" })
        {
            var told = Read("jira", Call("https://a.test/rest/api/3/myself"), 200, "",
                ($"{prefix}RateLimit-Policy", "\"global-app-quota\";q=65000;w=3600"), ($"{prefix}RateLimit", "\"global-app-quota\";r=11000;t=600")).Should().ContainSingle().Subject;
            (told.Name, told.Capacity, told.Remaining, told.ResetsIn, told.Window)
                .Should().Be(("global-app-quota", 65000, 11000, TimeSpan.FromSeconds(600), TimeSpan.FromHours(1)));
        }
    }

    [Test]
    public void GitHub_counts_by_resource_in_epoch_seconds_of_its_own_clock()
    {
        var reset = Theirs.AddMinutes(20).ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        var told = Read("github_repos", Call("https://api.github.com/repos/a/b"), 200, "",
            ("x-ratelimit-limit", "5000"), ("x-ratelimit-remaining", "4999"), ("x-ratelimit-reset", reset), ("x-ratelimit-resource", "core")).Should().ContainSingle().Subject;
        (told.Scope, told.Capacity, told.Remaining, told.ResetsIn).Should().Be(("core", 5000, 4999, TimeSpan.FromMinutes(20)));
        BudgetDialects.Of("github").Draws(Call("https://api.github.com/search/code?q=x")).Select(draw => draw.Scope).Should().Equal("code_search", "pace");
        BudgetDialects.Of("github").Draws(Call("https://api.github.com/graphql", "POST"))[1].Cost.Should().Be(5);
        BudgetDialects.Of("github").Draws(Call("https://ghe.test/api/v3/repos/a/b")).Should().ContainSingle();
        BudgetDialects.Of("github").Draws(Call("https://api.github.com/rate_limit")).Should().BeEmpty();
    }

    [Test]
    public void A_403_of_GitHub_is_a_limit_only_when_it_says_so()
    {
        var call = Call("https://api.github.com/repos/a/b");
        var reset = Theirs.AddSeconds(77).ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        Read("github", call, 403, """{"message":"Resource not accessible by personal access token"}""").Should().BeEmpty();
        Read("github", call, 403, "", ("X-RateLimit-Remaining", "55"), ("X-RateLimit-Reset", reset)).Should().OnlyContain(told => !told.Refused);
        Read("github", call, 403, "", ("Retry-After", "30")).Single().Pause.Should().Be(TimeSpan.FromSeconds(30));
        var spent = Read("github", call, 403, "", ("X-RateLimit-Remaining", "0"), ("X-RateLimit-Reset", reset))[^1];
        (spent.Scope, spent.Pause).Should().Be(("core", TimeSpan.FromSeconds(77)));
        var secondary = Read("github", call, 403, """{"message":"You have exceeded a secondary rate limit."}""").Single();
        (secondary.Scope, secondary.Backoff).Should().Be(("", TimeSpan.FromSeconds(60)));
        Read("github", call, 429, "").Single().Backoff.Should().Be(TimeSpan.FromSeconds(60));
    }

    private static readonly (string Name, string Value)[][] Anything =
    [
        [("RateLimit", "\"default\";r=7;t=30"), ("RateLimit-Policy", "\"default\";q=100;w=60")],
        [("RateLimit-Limit", "100"), ("RateLimit-Remaining", "7"), ("RateLimit-Reset", "30")],
        [("X-RateLimit-Limit", "100"), ("X-RateLimit-Remaining", "7"), ("X-RateLimit-Reset", "1772362830")],
        [("X-RateLimit-Limit", "100"), ("X-RateLimit-Remaining", "7"), ("X-RateLimit-Reset", "1772362830000")],
        [("X-Rate-Limit-Limit", "100"), ("X-Rate-Limit-Remaining", "7"), ("X-Rate-Limit-Reset", "2026-03-01T11:00:30Z")],
    ];

    [Test]
    public void Any_API_is_understood([ValueSource(nameof(Anything))] (string, string)[] headers)
    {
        var told = Read("coralogix", Call("https://api.test/"), 200, "", headers).Should().ContainSingle().Subject;
        (told.Capacity, told.Remaining, told.ResetsIn, told.Counts).Should().Be((100, 7, TimeSpan.FromSeconds(30), true));
    }

    [TestCase("-5")]
    [TestCase("soon")]
    [TestCase("1e400")]
    [TestCase("99999999999999999999999")]
    public void Nonsense_is_as_if_it_were_not_there(string nonsense)
    {
        (string, string)[] headers = [("X-RateLimit-Limit", nonsense), ("X-RateLimit-Remaining", nonsense), ("X-RateLimit-Reset", nonsense), ("RateLimit", nonsense)];
        Read("coralogix", Call("https://api.test/"), 200, "", headers).Where(told => told.Counts).Should().BeEmpty();
        Read("coralogix", Call("https://api.test/"), 429, "", [.. headers, ("Retry-After", nonsense)]).Should().ContainSingle(told => told.Backoff == TimeSpan.FromSeconds(30));
    }
}
