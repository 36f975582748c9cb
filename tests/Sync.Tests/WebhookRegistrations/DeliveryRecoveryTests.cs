using System.Text.Json;
using FluentAssertions;
using Hub.FakeGithub;
using Hub.Fakes;
using Hub.Sync.Tests.Github;
using Hub.TestHarness;
using NUnit.Framework;

namespace Hub.Sync.Tests.WebhookRegistrations;

/// <summary>What GitHub could not deliver comes into the inbox all the same, once.</summary>
public sealed class DeliveryRecoveryTests
{
    private const string Deliveries = "/repos/acme/shop/hooks";
    private HookHub hub = null!;

    [SetUp]
    public async Task Start()
    {
        hub = await HookHub.Start();
        await hub.Reach();
        await hub.Keep();
        await hub.Synchronised();
    }

    [TearDown]
    public async Task Stop() => await hub.DisposeAsync();

    private async Task<List<JsonElement>> Inbox() =>
        [.. (await hub.Http.Get($"webhooks/events?integration_id={hub.Inner.Integration}&limit=200")).Expect(200).GetProperty("items").EnumerateArray()];

    private async Task<List<string>> Titles()
    {
        var titles = new List<string>();
        foreach (var received in await Inbox())
        {
            var whole = (await hub.Http.Get($"webhooks/events/{received.Text("id")}")).Expect(200);
            if (received.Text("event_type").StartsWith("issues", StringComparison.Ordinal))
                titles.Add(whole.GetProperty("payload").GetProperty("issue").Text("title"));
        }

        return titles;
    }

    private static (long Listed, long Lacking, long Recovered, long Lost, string Result) Of(JsonElement registration)
    {
        var recovery = registration.GetProperty("recovery");
        return (recovery.Number("listed"), recovery.Number("lacking"), recovery.Number("recovered"), recovery.Number("lost"), recovery.Text("result"));
    }

    [Test]
    public async Task What_did_not_arrive_is_fetched_once_beside_what_did()
    {
        hub.Github.Repository.Issues.Open("Arrives");
        hub.Github.Webhooks.Next(DeliveryFate.Fails, 2, "issues");
        hub.Github.Repository.Issues.Open("Fails");
        hub.Github.Repository.Issues.Open("Fails too");
        await hub.Github.Webhooks.Idle();
        (await Titles()).Should().Equal("Arrives");

        Of(await hub.LookNextHour()).Should().Be((3, 2, 2, 0, "recovered 2 of 2"));
        (await Titles()).Should().BeEquivalentTo("Arrives", "Fails", "Fails too");
        var recovered = (await Inbox()).First(received => received.Text("event_type") == "issues.opened");
        var headers = (await hub.Http.Get($"webhooks/events/{recovered.Text("id")}")).Expect(200).GetProperty("headers");
        headers.Text("x-hub-recovered").Should().Be("true");
        headers.GetRawText().Should().NotContain("sha256=");
        (await hub.LookNextHour()).GetProperty("recovery").Text("result").Should().Be("recovered 0 of 0");
        (await Titles()).Should().HaveCount(3);
        (await hub.Runs()).Should().BeEmpty("nothing is missing");
        hub.Hub.Logs.Lines.Should().Contain(line => line.Contains("recovered 2 of 2", StringComparison.Ordinal));
        (await hub.Inner.Sql<string>("select data->>'message' from webhooks.live_events where type = 'webhook.recovered'")).Should().Be("recovered 2 of 2");
    }

    [Test]
    public async Task One_that_is_sent_again_meanwhile_is_not_there_twice()
    {
        hub.Github.Webhooks.Next(DeliveryFate.Fails, 1, "issues");
        hub.Github.Repository.Issues.Open("Once");
        await hub.Github.Webhooks.Idle();
        var failed = hub.Hooks.Deliveries.Last(delivery => delivery.Event == "issues");
        hub.Github.Webhooks.Redeliver(hub.Github.Repository, failed);
        await hub.Github.Webhooks.Idle();
        Of(await hub.LookNextHour()).Should().Be((1, 0, 0, 0, "recovered 0 of 0"), "both attempts are of the same delivery");
        hub.Github.Webhooks.Next(DeliveryFate.Fails, 1, "issues");
        hub.Github.Repository.Issues.Open("First recovered");
        Of(await hub.LookNextHour()).Recovered.Should().Be(1);
        hub.Github.Webhooks.Redeliver(hub.Github.Repository, hub.Hooks.Deliveries.Last(delivery => delivery.StatusCode == 502));
        await hub.Github.Webhooks.Idle();
        (await Titles()).Should().BeEquivalentTo("Once", "First recovered");
        hub.Hooks.Deliveries[^1].StatusCode.Should().BeOneOf(200, 202);
    }

    [Test]
    public async Task What_GitHub_has_no_more_is_counted_lost_and_read_by_a_run()
    {
        hub.Github.Webhooks.Next(DeliveryFate.Fails, 2, "issues");
        hub.Github.Repository.Issues.Open("Gone");
        hub.Github.Repository.Issues.Open("Kept");
        await hub.Github.Webhooks.Idle();
        var gone = hub.Hooks.Deliveries.First(delivery => delivery.StatusCode == 502);
        hub.Github.Faults.Always($"{Deliveries}/{gone.Hook.Id}/deliveries/{gone.Id}", Fault.Problem(410, "Gone"));
        Of(await hub.LookNextHour()).Should().Be((2, 2, 1, 1, "recovered 1 of 2"));
        (await Titles()).Should().Equal("Kept");
        (await hub.Runs()).Should().Equal("incremental: webhook registration: GitHub does not have 1 deliveries any more that did not arrive");
    }

    [Test]
    public async Task A_failure_in_between_keeps_what_was_fetched_and_goes_on_later()
    {
        hub.Github.Webhooks.Next(DeliveryFate.Fails, 3, "issues");
        foreach (var title in new[] { "One", "Two", "Three" })
            hub.Github.Repository.Issues.Open(title);
        await hub.Github.Webhooks.Idle();
        var last = hub.Hooks.Deliveries.Last(delivery => delivery.StatusCode == 502);
        hub.Github.Faults.Next($"{Deliveries}/{last.Hook.Id}/deliveries/{last.Id}", Fault.Problem(502));
        var failed = await hub.LookNextHour();
        (failed.Text("state"), Of(failed).Recovered).Should().Be(("problem", 2));
        (await Titles()).Should().BeEquivalentTo("One", "Two");
        Of(await hub.LookAfter(TimeSpan.FromMinutes(2))).Should().Be((3, 1, 1, 0, "recovered 1 of 1"));
        (await Titles()).Should().HaveCount(3);
    }

    [Test]
    public async Task More_than_one_page_is_looked_through_back_to_where_the_last_look_ended()
    {
        hub.Github.Webhooks.Next(DeliveryFate.Fails, 130, "issues");
        for (var i = 0; i < 130; i++)
            hub.Github.Repository.Issues.Open($"Number {i}");
        await hub.Github.Webhooks.Idle();
        Of(await hub.LookNextHour()).Should().Be((130, 130, 130, 0, "recovered 130 of 130"));
        hub.Github.Requests.Clear();
        await hub.LookAfter(TimeSpan.FromHours(3));
        hub.Github.Requests.To("/deliveries").Should().OnlyContain(request => request.Status == 200);
        Of(await hub.Registration()).Listed.Should().Be(0, "they are older than the last complete look and its overlap");
    }

    [Test]
    public async Task After_more_than_three_days_a_run_reads_what_no_list_has()
    {
        hub.Github.Webhooks.Next(DeliveryFate.Fails, 1, "issues");
        hub.Github.Repository.Issues.Open("Too old");
        await hub.Github.Webhooks.Idle();
        hub.Time.Advance(TimeSpan.FromDays(4));
        Of(await hub.Look()).Lacking.Should().Be(0);
        (await hub.Runs()).Should().Equal("incremental: webhook registration: the last look at GitHub's list of deliveries was more than three days ago");
    }
}
