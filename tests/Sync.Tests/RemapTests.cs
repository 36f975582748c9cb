using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using FluentAssertions;
using Hub.FakeJira;
using Hub.Integrations.Contracts;
using Hub.Sync.Connectors;
using Hub.Sync.Jira;
using Hub.Sync.Providers;
using Hub.TestHarness;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using NUnit.Framework;

namespace Hub.Sync.Tests;

public class RemapTests
{
    [Test]
    public async Task A_changed_mapping_is_applied_to_what_is_stored_without_asking_jira_or_telling_of_changes()
    {
        await using var jira = await FakeJiraServer.Start(new FakeJiraOptions { Issues = 450 });
        await using var hub = await JiraHub.Start(jira, setup => Mapped(setup));
        await hub.Sync();
        await Settled(hub);
        var cursor = await Told(hub, 450);
        var before = await hub.Ticket("HUB-1");
        var asked = jira.Requests.All.Count;
        hub.Heard.Tickets.Clear();

        await hub.Set("jql", "created is not empty");
        await Settled(hub);
        foreach (var ticket in await hub.Tickets())
            ticket.GetProperty("fields").GetProperty("named").GetString().Should().Be($"{ticket.Text("summary")} by created is not empty");
        jira.Requests.All.Count.Should().Be(asked);
        hub.Heard.Tickets.Should().BeEmpty();
        (await hub.Http.Get($"changes?since_cursor={cursor}")).Expect(200).GetProperty("items").GetArrayLength().Should().Be(0);
        (await hub.Http.Get($"tickets/{before.Number("id")}/history")).Expect(200).GetProperty("items").GetArrayLength().Should().Be(1);
        var after = await hub.Ticket("HUB-1");
        (after.Number("version"), after.Text("synced_at")).Should().Be((before.Number("version"), before.Text("synced_at")));
        (await hub.Sql<long>("select count(*) from sync.remaps")).Should().Be(0);
    }

    [Test]
    public async Task The_field_mappings_of_a_jira_are_applied_to_the_stored_records_however_deep_they_are()
    {
        await using var jira = await FakeJiraServer.Start(new FakeJiraOptions { Issues = 20 });
        var deep = JsonElement.Parse(string.Concat(Enumerable.Repeat("[", 200)) + string.Concat(Enumerable.Repeat("]", 200)), new JsonDocumentOptions { MaxDepth = 512 });
        jira.UpdateIssue("HUB-1", issue => issue with { Custom = issue.Custom.SetItem("customfield_10999", deep).SetItem("customfield_10016", JsonElement.Parse("13")) });
        await using var hub = await JiraHub.Start(jira);
        await hub.Sync();
        hub.Heard.Tickets.Clear();
        jira.Requests.Clear();
        (await hub.Http.Patch($"integrations/{hub.Integration}", new { configuration = new { field_mappings = new { points = "customfield_10016" } } })).Expect(200);
        await HubFixture.Eventually(() => hub.Ticket("HUB-1"), ticket => ticket.GetProperty("fields").TryGetProperty("points", out _), "the stored tickets are mapped");
        (await hub.Ticket("HUB-1")).GetProperty("fields").Number("points").Should().Be(13);
        await Settled(hub);
        (await hub.Sync()).Counts().Should().Be((0, 0, 20, 0), "a sync makes the same of them");
        hub.Heard.Tickets.Should().BeEmpty();
    }

    /// <summary>The place in the feed behind everything that was told so far.</summary>
    private static async Task<string> Told(JiraHub hub, int changes) => (await HubFixture.Eventually(
        async () => (await hub.Http.Get($"changes?limit={changes}")).Expect(200), feed => feed.GetProperty("items").GetArrayLength() == changes, "all changes are shown"))
        .Text("next_cursor");

    private static Task<long> Settled(JiraHub hub) =>
        HubFixture.Eventually(() => hub.Sql<long>("select count(*) from sync.remaps"), count => count == 0, "the stored tickets are mapped anew");

    private static void Mapped(HubSetup setup)
    {
        var earlier = setup.Services;
        setup.Services = services =>
        {
            earlier?.Invoke(services);
            services.RemoveAll<IRecordMapping>();
            services.AddSingleton<IRecordMapping>(new ByQuery());
        };
    }

    /// <summary>A mapping that follows a setting which any integration has.</summary>
    private sealed class ByQuery : IRecordMapping
    {
        public string Provider => "jira";

        public byte[] MappingHash(Connection connection) => SHA256.HashData(Encoding.UTF8.GetBytes(connection.Setting("jql") ?? ""));

        public JsonElement Fields(Connection connection, JsonElement raw) =>
            JsonSerializer.SerializeToElement(new { named = $"{raw.Text("fields", "summary")} by {connection.Setting("jql")}" });
    }
}
