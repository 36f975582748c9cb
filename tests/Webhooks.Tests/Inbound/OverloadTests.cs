using System.Collections.Concurrent;
using System.Globalization;
using FluentAssertions;
using Hub.TestHarness;
using Npgsql;
using NUnit.Framework;
using static Hub.Webhooks.Tests.WebhookHub;

namespace Hub.Webhooks.Tests.Inbound;

public sealed class OverloadTests
{
    [Test]
    public async Task beyond_the_memory_meant_for_deliveries_senders_are_told_to_come_back()
    {
        await using var hub = await Start(customise: setup => setup.Settings["Hub:Webhooks:MaxBufferedBytes"] = "100000");
        var jira = await hub.Jira();

        var refused = await hub.Deliver(jira, Issue(1, new string('x', 200_000)));

        refused.Expect(503).GetProperty("code").GetString().Should().Be("inbox_full");
        refused.Response.Headers.RetryAfter!.Delta.Should().Be(TimeSpan.FromSeconds(1));
        for (var i = 0; i < 20; i++)
            (await hub.Deliver(jira, Issue(i, new string('x', 20_000)))).Status.Should().Be(202, "what was refused or is done gave its memory back");
    }

    [Test]
    public async Task without_its_database_the_hub_refuses_and_takes_up_again_when_it_is_back()
    {
        await using var hub = await Start();
        var jira = await hub.Jira();
        (await hub.Deliver(jira, Issue(1))).Expect(202);
        var name = new NpgsqlConnectionStringBuilder(hub.Hub.ConnectionString).Database;
        await Administer(hub, $"alter database {name} allow_connections false");
        await Administer(hub, $"select pg_terminate_backend(pid) from pg_stat_activity where datname = '{name}'");

        (await hub.Deliver(jira, Issue(2))).Expect(503);
        await Administer(hub, $"alter database {name} allow_connections true");

        await HubFixture.Eventually(async () => (await hub.Deliver(jira, Issue(2))).Status, status => status is 202, "deliveries are taken again");
    }

    [Test]
    public async Task a_stop_in_the_middle_of_traffic_loses_nothing_that_was_accepted()
    {
        var connectionString = await HubDatabases.Create();
        var accepted = new ConcurrentBag<Guid>();
        var odd = new ConcurrentBag<int>();
        await using (var hub = await Start(workers: true, setup => setup.ConnectionString = connectionString))
        {
            var jira = await hub.Jira();
            var senders = Enumerable.Range(0, 8).Select(async sender =>
            {
                for (var i = 0; ; i++)
                {
                    try
                    {
                        var answer = await hub.Deliver(jira, Issue(i), string.Create(CultureInfo.InvariantCulture, $"{sender}-{i}"));
                        if (answer.Status is 202)
                            accepted.Add(answer.Json.GetProperty("id").GetGuid());
                        else
                            odd.Add(answer.Status);
                    }
                    catch (HttpRequestException)
                    {
                        return;
                    }
                }
            }).ToArray();
            await HubFixture.Eventually(() => Task.FromResult(accepted.Count), count => count > 50, "deliveries flow");
            await hub.Hub.Stop();
            await Task.WhenAll(senders);
        }

        odd.Should().BeEmpty("whoever was heard was answered");
        await using var connection = new NpgsqlConnection(connectionString);
        var stored = (await Dapper.SqlMapper.QueryAsync<(Guid Id, string Status)>(connection, "select id, status from webhooks.inbox_events")).ToArray();
        stored.Select(row => row.Id).Should().Contain(accepted);
        stored.Should().NotContain(row => row.Status == "processing", "leases are given back");
    }

    private static async Task Administer(WebhookHub hub, string sql)
    {
        var administration = new NpgsqlConnectionStringBuilder(hub.Hub.ConnectionString) { Database = "postgres", Pooling = false };
        await using var connection = new NpgsqlConnection(administration.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
