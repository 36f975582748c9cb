using FluentAssertions;
using Hub.FakeGithub;
using Hub.TestHarness;
using NUnit.Framework;

namespace Hub.Sync.Tests.Github;

/// <summary>What GitHub tells by webhooks is read soon, however many deliveries tell it.</summary>
public sealed class EventTests
{
    [Test]
    public async Task A_push_is_read_by_an_incremental_run_and_many_pushes_by_few()
    {
        await using var github = await FakeGithubServer.Start(new FakeGithubOptions { Repositories = [new("acme/shop") { Commits = 20, Pulls = 2, Issues = 2 }] });
        await using var hub = await GithubHub.Start(github);
        await hub.Sync();
        var address = (await hub.Http.Get($"integrations/{hub.Integration}")).Expect(200).Text("webhook_url");
        hub.Repository.Hooks.Create(new Uri(hub.Hub.Url, address).ToString(), "github-hub-hook-secret");

        for (var i = 0; i < 20; i++)
            hub.Repository.Git.Commit("main", $"HUB-1 commit {i}");
        var sha = hub.Repository.Git.Commit("main", "The last one").Sha;

        await HubFixture.Eventually(hub.Shas, shas => shas.Contains(sha), "the last commit is here");
        (await hub.Shas()).Should().BeEquivalentTo(hub.Reachable);
        (await hub.Sql<long>("select count(*) from sync.runs where requested_by = 'webhook: push'")).Should().BeInRange(1, 20);
        await HubFixture.Eventually(() => hub.Sql<long>("select count(*) from sync.wanted_reads"), left => left == 0, "nothing is left to read");
    }

    [Test]
    public async Task An_event_of_a_repository_that_was_never_read_starts_nothing()
    {
        await using var github = await FakeGithubServer.Start();
        await using var hub = await GithubHub.Start(github);
        var address = (await hub.Http.Get($"integrations/{hub.Integration}")).Expect(200).Text("webhook_url");
        hub.Repository.Hooks.Create(new Uri(hub.Hub.Url, address).ToString(), "github-hub-hook-secret");
        hub.Repository.Git.Commit("main", "Nobody asked");
        await HubFixture.Eventually(
            async () => (await hub.Http.Get("webhooks/events?event_type=push&status=ignored")).Expect(200).GetProperty("items").GetArrayLength(),
            seen => seen == 1, "the delivery is kept as ignored");
        (await hub.Sql<long>("select count(*) from sync.runs")).Should().Be(0);
    }
}
