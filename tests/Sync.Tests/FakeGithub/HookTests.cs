using System.Net;
using FluentAssertions;
using Hub.FakeGithub;
using Hub.TestHarness;
using NUnit.Framework;

namespace Hub.Sync.Tests.FakeGithub;

/// <summary>The fake tells hooks what happens, once, and again only when asked.</summary>
public sealed class HookTests
{
    private const string Hooks = "/repos/acme/shop/hooks";

    private readonly FakeTime time = new(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));
    private FakeGithubServer github = null!;
    private GithubCaller caller = null!;
    private HookListener listener = null!;

    [SetUp]
    public async Task Start()
    {
        github = await FakeGithubServer.Start(new FakeGithubOptions { Clock = time });
        caller = new GithubCaller(github);
        listener = await HookListener.Start();
    }

    [TearDown]
    public async Task Stop()
    {
        caller.Dispose();
        await github.DisposeAsync();
        await listener.DisposeAsync();
    }

    [Test]
    public async Task A_hook_is_pinged_and_then_hears_its_events_signed_and_in_order()
    {
        var hook = await Register("push", "pull_request");
        var repository = github.Repository;
        repository.Git.CreateBranch("feature/HUB-9");
        var commit = repository.Git.Push("feature/HUB-9", new CommitDraft("HUB-9 Try") { CoAuthors = [GithubUser.Colleagues[1]] })[0];
        var pull = repository.Pulls.Open("HUB-9 Try", "feature/HUB-9");
        repository.Pulls.Merge(pull.Number, deleteBranch: true);
        await github.Webhooks.Idle();
        listener.Heard.Select(h => (h.Event, h.Status)).Should().Equal(
            ("ping", 202), ("push", 202), ("push", 202), ("pull_request", 202), ("push", 202), ("pull_request", 202), ("push", 202));
        var bodies = listener.Heard.Select(h => h.Body).ToList();
        bodies[2].Text("after").Should().Be(commit.Sha);
        bodies[2].GetProperty("commits")[0].Text("message").Should().EndWith("Co-authored-by: Jérôme Dupré <jerome@example.com>");
        bodies[5].GetProperty("pull_request").GetProperty("merged").GetBoolean().Should().BeTrue();
        (bodies[6].GetProperty("deleted").GetBoolean(), bodies[6].Text("after")).Should().Be((true, new string('0', 40)));
        (await caller.Get($"{Hooks}/{hook}")).Json.GetProperty("config").Text("secret").Should().Be("********");
    }

    [Test]
    public async Task What_failed_is_listed_and_comes_again_under_the_same_id_only_when_asked_for()
    {
        var hook = await Register("issues");
        github.Webhooks.Next(DeliveryFate.Fails, eventName: "issues");
        github.Webhooks.Next(DeliveryFate.Vanishes, eventName: "issues");
        github.Repository.Issues.Open("It fails");
        github.Repository.Issues.Open("Nobody hears of this one");
        github.Repository.Issues.Open("It works");
        await github.Webhooks.Idle();
        var deliveries = (await caller.Get($"{Hooks}/{hook}/deliveries")).Items;
        deliveries.Select(d => (d.Text("event"), d.Number("status_code"))).Should().Equal(("issues", 202), ("issues", 502), ("ping", 202));
        var (failed, guid) = (deliveries[1].Number("id"), deliveries[1].Text("guid"));
        listener.Heard.Should().NotContain(h => h.Delivery == guid);
        (await caller.Post($"{Hooks}/{hook}/deliveries/{failed}/attempts")).Status.Should().Be(HttpStatusCode.Accepted);
        await github.Webhooks.Idle();
        listener.Heard.Should().ContainSingle(h => h.Delivery == guid).Which.Body.GetProperty("issue").Text("title").Should().Be("It fails");
        var attempts = (await caller.Get($"{Hooks}/{hook}/deliveries")).Items.Where(d => d.Text("guid") == guid).ToList();
        attempts.Select(d => (d.GetProperty("redelivery").GetBoolean(), d.Number("status_code"))).Should().Equal((true, 202), (false, 502));
    }

    [Test]
    public async Task Deliveries_are_paged_by_cursor_and_kept_for_three_days()
    {
        var hook = await Register("issues");
        for (var i = 0; i < 5; i++) github.Repository.Issues.Open($"Number {i}");
        await github.Webhooks.Idle();
        var all = await caller.All($"{Hooks}/{hook}/deliveries?per_page=2");
        all.Select(d => d.Number("id")).Should().BeInDescendingOrder().And.HaveCount(6);
        var detail = (await caller.Get($"{Hooks}/{hook}/deliveries/{all[0].Number("id")}")).Json;
        detail.GetProperty("request").GetProperty("payload").GetProperty("issue").Text("title").Should().Be("Number 4");
        time.Advance(TimeSpan.FromDays(4));
        (await caller.Get($"{Hooks}/{hook}/deliveries")).Items.Should().BeEmpty();
    }

    private async Task<long> Register(params string[] events)
    {
        var config = new { url = listener.Url, content_type = "json", secret = HookListener.Secret };
        var made = await caller.Post(Hooks, new { name = "web", active = true, events, config });
        made.Status.Should().Be(HttpStatusCode.Created);
        (await caller.Post(Hooks, new { name = "web", active = true, events, config })).Status.Should()
            .Be(HttpStatusCode.UnprocessableEntity, "it is there already");
        return made.Json.Number("id");
    }
}
