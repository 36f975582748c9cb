using Dapper;
using FluentAssertions;
using Hub.Sync.Contracts;
using Hub.TestHarness;
using Hub.Webhooks.Live;
using Npgsql;
using NUnit.Framework;
using static Hub.Webhooks.Tests.Live.LiveTests;

namespace Hub.Webhooks.Tests.Live;

/// <summary>Two hubs on one database: whichever of them something happens at, the clients of both are told, once and in order.</summary>
public sealed class ReplicaTests
{
    [Test]
    public async Task what_happens_at_one_hub_is_told_by_both()
    {
        await using var here = await Start();
        await using var there = await Start(on: here);
        var jira = await here.Jira();
        await using var sentHere = await (await LiveReader.Connect(here.Http)).Caught();
        await using var sentThere = await (await LiveReader.Connect(there.Http)).Caught();
        await using var client = await LiveHubClient.Connect(there.Hub);
        var followed = await client.Follow();

        await here.Publish(Tickets(jira, ("HERE-1", TicketChangeKind.Updated)));
        await there.Publish(Tickets(jira, ("THERE-2", TicketChangeKind.Updated)));
        await using var slow = new NpgsqlConnection(here.Hub.ConnectionString);
        await slow.OpenAsync();
        await using var open = await slow.BeginTransactionAsync();
        await slow.ExecuteAsync("insert into webhooks.live_events (scope_path, type, data) values ('{1}', 'ticket.updated', '{\"key\": \"SLOW-3\"}')");
        await here.Publish(Tickets(jira, ("HERE-4", TicketChangeKind.Updated)));
        await open.CommitAsync();

        string[] all = ["HERE-1", "THERE-2", "SLOW-3", "HERE-4"];
        (await sentHere.Take(4)).Select(item => item.Data.GetProperty("key").GetString()).Should().Equal(all);
        (await sentThere.Take(4)).Select(item => item.Data.GetProperty("key").GetString()).Should().Equal(all);
        (await followed.Take(4)).Select(item => item.Key).Should().Equal(all);
        await using var moved = await LiveHubClient.Connect(here.Hub);
        (await moved.Follow(new { last_event_id = followed.LastEventId })).Missed.Should().BeEmpty("an id of one hub is understood by the other");
    }

    [Test]
    public async Task the_client_for_javascript_is_told_too()
    {
        await using var peer = await NodePeers.Start("signalr-client.mjs");
        await using var here = await Start();
        await using var there = await Start(on: here);
        var jira = await here.Jira();
        var options = new { project_id = jira.Integration.ScopeId };
        await peer.Control("follow", new { url = new Uri(there.Hub.Url, "/hubs/live"), key = HubFixture.AdminKey, options });

        await here.Publish(Tickets(jira, ("Größe-1 \"日本\" \U0001f680", TicketChangeKind.Updated)));

        var seen = await HubFixture.Eventually(() => peer.Ask("seen"), items => items.GetArrayLength() == 2, "the event arrives");
        seen[0].GetProperty("event").GetString().Should().Be("ready");
        seen[1].GetProperty("event").GetString().Should().Be("ticket.updated");
        seen[1].GetProperty("data").GetProperty("key").GetString().Should().Be("Größe-1 \"日本\" \U0001f680");
        LivePosition.Parse(seen[1].GetProperty("id").GetString()).Should().NotBeNull();
    }

    private static Task<WebhookHub> Start(WebhookHub? on = null) => WebhookHub.Start(customise: setup => setup.ConnectionString = on?.Hub.ConnectionString);
}
