using System.Text;
using FluentAssertions;
using Hub.SharedKernel.Outbound;
using Hub.Sync.Jira;
using Hub.Sync.Providers;
using Hub.Sync.Runs;
using Hub.Sync.Tickets;
using NUnit.Framework;

namespace Hub.Sync.Tests;

public class RetryTests
{
    private static readonly DateTimeOffset Now = new(2024, 5, 1, 12, 0, 0, TimeSpan.Zero);

    [TestCase(1, 2)]
    [TestCase(2, 4)]
    [TestCase(3, 8)]
    [TestCase(5, 32)]
    [TestCase(6, 60)]
    [TestCase(1000, 60)]
    public void Waits_double_up_to_a_minute_and_are_spread(int attempt, double seconds)
    {
        Retry.After(attempt, TimeSpan.FromSeconds(2), null, 0.5).TotalSeconds.Should().BeApproximately(seconds, 0.001);
        Retry.After(attempt, TimeSpan.FromSeconds(2), null, 0).TotalSeconds.Should().BeApproximately(seconds * 0.7, 0.001);
        Retry.After(attempt, TimeSpan.FromSeconds(2), null, 1).TotalSeconds.Should().BeApproximately(seconds * 1.3, 0.001);
    }

    [Test]
    public void A_wait_that_the_provider_asks_for_is_never_shortened() =>
        Retry.After(1, TimeSpan.FromSeconds(2), TimeSpan.FromHours(1), 0).Should().Be(TimeSpan.FromHours(1));

    [Test]
    public void Throttling_is_waited_for_as_long_as_asked_within_reason()
    {
        Retry.AfterThrottle(TimeSpan.FromMinutes(50)).Should().Be(TimeSpan.FromMinutes(50));
        Retry.AfterThrottle(TimeSpan.Zero).Should().Be(TimeSpan.FromSeconds(1));
        Retry.AfterThrottle(TimeSpan.FromDays(9)).Should().Be(TimeSpan.FromDays(1));
        Retry.AfterThrottle(null).Should().Be(TimeSpan.FromSeconds(30));
    }

    [TestCase("Retry-After", "17", 17)]
    [TestCase("Retry-After", "Wed, 01 May 2024 12:01:00 GMT", 60)]
    [TestCase("Retry-After", "Wed, 01 May 2024 11:00:00 GMT", 0)]
    [TestCase("X-RateLimit-Reset", "2024-05-01T12:30:00Z", 1800)]
    public void The_wait_is_read_from_either_header(string header, string value, double seconds) =>
        JiraAnswer.Wait(Answer(429, "", header: (header, value)), Now).Should().Be(TimeSpan.FromSeconds(seconds));

    [TestCase(400, "config", false)]
    [TestCase(401, "auth", false)]
    [TestCase(403, "permission", false)]
    [TestCase(404, "not_found", false)]
    [TestCase(410, "provider_error", false)]
    [TestCase(302, "config", false)]
    [TestCase(418, "provider_error", false)]
    [TestCase(408, "provider_error", true)]
    [TestCase(429, "rate_limited", true)]
    [TestCase(500, "provider_error", true)]
    [TestCase(502, "provider_error", true)]
    [TestCase(503, "provider_error", true)]
    [TestCase(504, "provider_error", true)]
    public void Each_status_has_one_meaning(int status, string reason, bool passing)
    {
        var failure = Read(Answer(status, """{"errorMessages":["Said so."],"errors":{"jql":"bad"}}"""));
        (failure.Reason, failure.Passing).Should().Be((reason, passing));
    }

    [Test]
    public void The_providers_own_words_are_shown_without_secrets() =>
        Read(Answer(400, """{"errorMessages":["Token s3cr3t-value is odd."],"errors":{"jql":"Field 'x' does not exist."}}"""), "s3cr3t-value")
            .Message.Should().Contain("Field 'x' does not exist.").And.NotContain("s3cr3t-value");

    [TestCase("", "text/html", "Jira failed with status 503.")]
    [TestCase("""{"errorMessages":["boom"]}""", "application/json", "Jira failed with status 503: boom.")]
    [TestCase("""{"errorMessages":["Boom."]}""", "application/json", "Jira failed with status 503: Boom.")]
    public void What_is_told_is_a_sentence(string body, string type, string told) => Read(Answer(503, body, type)).Message.Should().Be(told);

    [Test]
    public void A_removed_api_is_our_bug_and_not_an_empty_site() =>
        Read(Answer(410, """{"errorMessages":["The requested API has been removed."]}""")).Message.Should().Contain("Client bug").And.Contain("no issues");

    [Test]
    public void A_login_page_is_no_data_and_a_torn_answer_is_tried_again()
    {
        Read(Answer(200, "<html>Log in</html>", "text/html")).Should().Match<ProviderFailure>(f => f.Reason == "config" && !f.Passing);
        Read(Answer(200, """{"issues":[{"id""")).Passing.Should().BeTrue();
    }

    [TestCase(OutboundReason.Timeout, "timeout", true)]
    [TestCase(OutboundReason.Protocol, "network", true)]
    [TestCase(OutboundReason.Connect, "network", true)]
    [TestCase(OutboundReason.Dns, "network", true)]
    [TestCase(OutboundReason.Tls, "tls", false)]
    [TestCase(OutboundReason.AddressPolicy, "config", false)]
    [TestCase(OutboundReason.TooLarge, "provider_error", false)]
    public void Calls_without_an_answer_are_told_apart(OutboundReason reason, string expected, bool passing)
    {
        var failure = JiraAnswer.Of(new OutboundException(reason, "why"));
        (failure.Reason, failure.Passing).Should().Be((expected, passing));
    }

    [TestCase(100, 15, false)]
    [TestCase(100, 16, true)]
    [TestCase(5, 1, true)]
    [TestCase(7, 1, false)]
    [TestCase(0, 0, false)]
    public void The_guard_holds_back_more_than_its_share(long stored, long unseen, bool exceeds) =>
        new Census(stored, unseen).Exceeds(15).Should().Be(exceeds);

    private static OutboundResponse Answer(int status, string body, string type = "application/json", (string Name, string Value)? header = null)
    {
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase) { ["Content-Type"] = type };
        if (header is { } extra)
            headers[extra.Name] = extra.Value;
        return new OutboundResponse(status, headers, Encoding.UTF8.GetBytes(body), new Uri("https://jira.test/"), TimeSpan.Zero);
    }

    private static ProviderFailure Read(OutboundResponse answer, params string[] secrets) =>
        ((Action)(() => JiraAnswer.Read(answer, secrets, Now).Dispose())).Should().Throw<ProviderFailure>().Which;
}
