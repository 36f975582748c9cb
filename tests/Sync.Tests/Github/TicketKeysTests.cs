using System.Text.Json;
using FluentAssertions;
using FsCheck;
using FsCheck.Fluent;
using Hub.Sync.Github.Links;
using Hub.Sync.Github.Pulls;
using Hub.TestHarness;
using NUnit.Framework;

namespace Hub.Sync.Tests.Github;

/// <summary>Keys in what people write, and the verdict of reviews, by recorded payloads.</summary>
public sealed class TicketKeysTests
{
    [TestCase("[TEST-123] [TEST-222] Test pull request.", "TEST-123", "TEST-222")]
    [TestCase("TES-14-TES-15 message with multiple keys", "TES-14", "TES-15")]
    [TestCase("fixes HUB-1, HUB-1 and (A1_B-20).", "A1_B-20", "HUB-1")]
    [TestCase("message with no issue keys: utf-8, test-commit-message, X-1, HUB-0, HUB-01, XHUB-1x, 2HUB-3 4-5")]
    [TestCase("https://jira.example.com/browse/PAY-77?x=1", "PAY-77")]
    [TestCase("", null)]
    public void Keys_are_found_in_texts(string text, params string?[]? keys) => TicketKeys.Of(text).Should().BeEquivalentTo((keys ?? []).OfType<string>());

    [TestCase("TES-123-test-ref", "TES-123")]
    [TestCase("feature/hub-7_new", "HUB-7")]
    [TestCase("fix_HUB-9", "HUB-9")]
    [TestCase("no-issue-keys")]
    [TestCase("dependabot/npm-10.2", "NPM-10")]
    public void Keys_are_found_in_names_of_branches(string name, params string[] keys) => TicketKeys.OfBranch(name).Should().BeEquivalentTo(keys);

    [Test]
    public void Recorded_payloads_have_the_keys_that_their_authors_meant()
    {
        var pull = JsonElement.Parse(Fixtures.Text("github-with-jira-keys/pull-request-multiple-invalid-issue-key.json")).GetProperty("payload").GetProperty("pull_request");
        TicketKeys.Of(pull.Text("title"), pull.Text("body")).Should().Equal("TEST-123", "TEST-124", "TEST-222", "TEST-223");
        TicketKeys.OfBranch(pull.GetProperty("head").Text("ref")).Should().Equal("TEST-321");
        var removed = JsonElement.Parse(Fixtures.Text("github-with-jira-keys/push-no-issuekey-commits.json")).GetProperty("payload");
        TicketKeys.Of(removed.GetProperty("commits")[0].Text("message")).Should().BeEmpty();
    }

    [Test]
    public void Every_key_that_stands_alone_is_found() => Prop.ForAll<PositiveInt, NonNull<string>>((number, around) =>
        TicketKeys.Of($"{around.Get} PRJ-{number.Get} {around.Get}").Contains($"PRJ-{number.Get}")).QuickCheckThrowOnFailure();

    [Test]
    public void The_last_decision_of_each_reviewer_counts()
    {
        var recorded = JsonElement.Parse(Fixtures.Text("github-with-jira-keys/api/pull-request-has-multiple-reviewers-with-multiple-reviews.json"))
            .EnumerateArray().Select(record => ReviewRow.Read(record, 1)!).ToList();

        ReviewRow.Verdict(recorded, "author").Should().Be("changes_requested", "one of the two still wants changes");
        ReviewRow.Verdict(recorded.Where(review => review.Reviewer == "hotdogtestsgithub"), "author").Should().Be("approved");
        ReviewRow.Verdict(recorded, "ATLASSIAN-test-account").Should().Be("approved", "nobody decides on their own work");
        ReviewRow.Verdict([], null).Should().Be("pending");
    }
}
