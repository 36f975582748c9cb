using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using FluentAssertions;
using Hub.SharedKernel.Outbound;
using Hub.Sync.Github.Api;
using Hub.TestHarness;
using NUnit.Framework;

namespace Hub.Sync.Tests.Github;

/// <summary>What GitHub's refusals mean, by recorded ones; and what a <c>Link</c> header says.</summary>
public sealed partial class GithubAnswerTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    [TestCase("AbuseLimitHandlerTest/testHandler_Fail", 30)]
    [TestCase("AbuseLimitHandlerTest/testHandler_Wait_Secondary_Limits", 60)]
    [TestCase("AbuseLimitHandlerTest/testHandler_Wait_Secondary_Limits_Body_Marker_Only", 60)]
    [TestCase("AbuseLimitHandlerTest/testHandler_Wait_Secondary_Limits_Too_Many_Requests", 8)]
    [TestCase("AbuseLimitHandlerTest/testHandler_Wait_Secondary_Limits_Too_Many_Requests_Date_Retry_After", 8)]
    [TestCase("AbuseLimitHandlerTest/testHandler_Wait_Secondary_Limits_Too_Many_Requests_Date_Retry_After_Missing_Date_Header", 8)]
    [TestCase("AbuseLimitHandlerTest/testHandler_Wait_Secondary_Limits_Too_Many_Requests_No_Retry_After", 60)]
    [TestCase("RateLimitHandlerTest/testHandler_Fail", 4)]
    [TestCase("RateLimitHandlerTest/testHandler_Wait_Missing_Date_Header", 4)]
    public void A_recorded_limit_is_waited_for_as_long_as_it_says(string scenario, int seconds)
    {
        var failure = GithubAnswer.Failure(Recorded(scenario), [], Now);

        (failure.Reason, failure.Passing, failure.RetryAfter).Should().Be(("rate_limited", true, TimeSpan.FromSeconds(seconds)));
    }

    [Test]
    public void The_reset_counts_by_githubs_clock_when_ours_is_wrong()
    {
        var answer = Answer(403, """{"message":"API rate limit exceeded"}""", ("X-RateLimit-Remaining", "0"), ("X-RateLimit-Reset", $"{Now.AddMinutes(10).ToUnixTimeSeconds()}"), ("Date", $"{Now:R}"));

        GithubAnswer.Failure(answer, [], Now.AddHours(3)).RetryAfter.Should().Be(TimeSpan.FromSeconds(601));
        GithubAnswer.Failure(answer, [], Now.AddHours(-3)).RetryAfter.Should().Be(TimeSpan.FromSeconds(601));
    }

    [TestCase(401, "Bad credentials", "auth", false)]
    [TestCase(403, "Resource not accessible by integration", "permission", false)]
    [TestCase(404, "Not Found", "not_found", false)]
    [TestCase(410, "Issues are disabled for this repo", "not_found", false)]
    [TestCase(451, "Repository access blocked", "permission", false)]
    [TestCase(500, "Server Error", "provider_error", true)]
    [TestCase(502, "Server Error", "provider_error", true)]
    [TestCase(422, "Validation Failed", "provider_error", false)]
    public void Other_refusals_are_what_they_are(int status, string message, string reason, bool passing)
    {
        var failure = GithubAnswer.Failure(Answer(status, $$"""{"message":"{{message}} for ghp_secretsecret"}"""), ["ghp_secretsecret"], Now);

        (failure.Reason, failure.Passing).Should().Be((reason, passing));
        failure.Message.Should().NotContain("ghp_secretsecret");
    }

    [TestCase("<https://api.github.com/repositories/1/issues?page=2>; rel=\"next\", <https://api.github.com/repositories/1/issues?page=9>; rel=\"last\"", "https://api.github.com/repositories/1/issues?page=2")]
    [TestCase("<https://h/a?x=1,2>; rel=\"prev\", <https://h/a?x=3,4;y>; title=\"a\"; rel=next", "https://h/a?x=3,4;y")]
    [TestCase("<https://h/a>; rel=\"prev\"", null)]
    [TestCase("<https://h/a; rel=\"next\"", null)]
    [TestCase("garbage", null)]
    [TestCase(null, null)]
    public void The_next_page_is_taken_from_the_header_as_it_is(string? header, string? next) => GithubLink.Next(header).Should().Be(next);

    private static OutboundResponse Answer(int status, string body, params (string Name, string Value)[] headers) => new(
        status, headers.Append(("Content-Type", "application/json")).ToDictionary(header => header.Item1, header => header.Item2, StringComparer.OrdinalIgnoreCase),
        Encoding.UTF8.GetBytes(body), new Uri("https://api.github.com/"), TimeSpan.Zero);

    private static OutboundResponse Recorded(string scenario)
    {
        var folder = Fixtures.Locate($"github/rest-wiremock/{scenario}");
        foreach (var file in Directory.GetFiles(Path.Combine(folder, "mappings")))
        {
            var response = JsonElement.Parse(File.ReadAllText(file)).GetProperty("response");
            if (response.GetProperty("status").GetInt32() is var status && status < 400)
                continue;
            var body = response.TryGetProperty("body", out var text) ? text.GetString()! : File.ReadAllText(Path.Combine(folder, "__files", response.Text("bodyFileName")));
            return Answer(status, body, [.. response.GetProperty("headers").EnumerateObject().Where(header => header.Value.ValueKind is JsonValueKind.String && header.Name != "Content-Type")
                .Select(header => (header.Name, Template(header.Value.GetString()!)))]);
        }

        throw new InvalidOperationException("No refusal was recorded.");
    }

    /// <summary>Recordings name times as so many seconds from now.</summary>
    private static string Template(string value) => Now_().Replace(value, match =>
    {
        var at = Now.AddSeconds(match.Groups[1].Success ? int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture) : 0);
        return match.Value.Contains("unix", StringComparison.Ordinal) ? $"{at.ToUnixTimeSeconds()}" : at.ToString("R", CultureInfo.InvariantCulture);
    });

    [GeneratedRegex(@"\{\{now(?: offset='(\d+) seconds')?[^}]*\}\}")]
    private static partial Regex Now_();
}
