using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.WebSockets;
using FluentAssertions;
using Hub.Sync.Contracts;
using Hub.TestHarness;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Client;
using NUnit.Framework;
using static Hub.Webhooks.Tests.Live.LiveTests;
using static Hub.Webhooks.Tests.WebhookHub;

namespace Hub.Webhooks.Tests.Live;

public sealed class LiveHubTests
{
    [Test]
    public async Task a_client_is_told_the_same_as_one_of_server_sent_events_and_goes_on_where_it_was()
    {
        await using var hub = await Start();
        var jira = await hub.Jira();
        await using var sent = await (await LiveReader.Connect(hub.Http)).Caught();
        await using var client = await LiveHubClient.Connect(hub.Hub);
        var live = await client.Follow();

        await hub.Publish(Tickets(jira, ("ENG-1", TicketChangeKind.Created), ("Größe-2 \"日本\"", TicketChangeKind.Updated)));
        await hub.Publish(Run(jira, "completed"));
        var told = await live.Take(3);

        told.Select(item => item.Event).Should().Equal("ticket.created", "ticket.updated", "sync.completed");
        told.Select(item => (item.Event, item.Data.GetRawText())).Should().Equal((await sent.Take(3)).Select(item => (item.Name, item.Data.GetRawText())));
        live.LastEventId.Should().Be(sent.LastEventId);

        await using var again = await LiveHubClient.Connect(hub.Hub, negotiate: false);
        (await again.Follow(new { last_event_id = told[0].Id })).Missed.Should().BeEquivalentTo(told[1..], options => options.Excluding(item => item.Data));
        (await again.Follow(new { last_event_id = "not-ours" })).Missed.Select(item => item.Event).Should().Equal("reset");
        (await again.Follow(new { last_event_id = live.LastEventId })).Missed.Should().BeEmpty();
    }

    [Test]
    public async Task clients_see_their_own_scope_only_and_are_told_what_they_asked_wrong()
    {
        await using var hub = await Start();
        var (mine, other) = (await hub.Hub.CreateScope("tenant", "Mine"), await hub.Hub.CreateScope("tenant", "Other"));
        var (one, two, foreign) = (await hub.Jira(parent: mine), await hub.Jira(parent: mine), await hub.Jira(parent: other));
        await using var client = await LiveHubClient.Connect(hub.Hub, await KeyOf(hub, mine));
        var all = await client.Follow();
        var project = await client.Follow(new { project_id = two.Integration.ScopeId });

        await hub.Publish(Tickets(foreign, ("FOREIGN-1", TicketChangeKind.Updated)));
        await hub.Publish(Tickets(one, ("ONE-1", TicketChangeKind.Updated)));
        await hub.Publish(Tickets(two, ("TWO-1", TicketChangeKind.Updated)));

        (await all.Take(2)).Select(item => item.Key).Should().Equal("ONE-1", "TWO-1");
        (await project.Take(1))[0].Key.Should().Be("TWO-1");
        (await client.Follow(new { last_event_id = "1-0" })).Missed.Select(item => item.Key).Should().Equal("ONE-1", "TWO-1");

        await Refused(client, new { project_id = foreign.Integration.ScopeId }, "*not_found: There is no project*");
        await Refused(client, new { project_id = "seven" }, "*invalid_input: $.project_id*Follow takes*");
        await Refused(client, new { since = 7 }, "*invalid_input: $.since*");
        for (var open = 3; open < 10; open++)
            await client.Follow();
        await Refused(client, new { }, "*too_many_streams*at most 10*");
        var stranger = () => LiveHubClient.Connect(hub.Hub, "hub_unknown");
        (await stranger.Should().ThrowAsync<HttpRequestException>()).Which.StatusCode.Should().Be(HttpStatusCode.Unauthorized);
    }

    [Test]
    public async Task a_revoked_key_and_an_ended_session_lose_what_is_open_with_the_next_keep_alive()
    {
        var time = new FakeTime(DateTimeOffset.UtcNow);
        await using var hub = await Start(customise: setup => setup.Time = time);
        var key = (await hub.Http.Post("keys", new { name = "short", role = "viewer", scope_id = 1 })).Expect(201);
        var text = key.GetProperty("key").GetString()!;
        await using var revoked = await LiveHubClient.Connect(hub.Hub, text);
        await using var kept = await LiveHubClient.Connect(hub.Hub);
        await revoked.Follow();
        var (browser, _) = await SignIn(hub);
        var csrf = (await browser.Get("auth/session")).Expect(200).GetProperty("csrf_token").GetString()!;
        await using var page = await (await LiveReader.Connect(browser)).Caught();

        (await hub.Http.Delete($"keys/{key.GetProperty("id").GetInt64()}")).Status.Should().BeOneOf(200, 204);
        (await browser.Ask(HttpMethod.Delete, "auth/sessions/current", null, ("X-CSRF-Token", csrf))).Expect(204);
        var ended = page.Next();
        await Pass(time, Task.WhenAll(revoked.Closed, ended));

        (await ended).Should().BeNull();
        kept.Connection.State.Should().Be(HubConnectionState.Connected);
    }

    [Test]
    public async Task a_page_of_another_site_opens_nothing_with_the_session_of_a_browser()
    {
        await using var hub = await Start();
        var (_, cookie) = await SignIn(hub);

        var own = hub.Hub.Url.GetLeftPart(UriPartial.Authority);
        (await Handshake(hub, "", ("Cookie", cookie), ("Origin", own))).Should().Be(HttpStatusCode.SwitchingProtocols);
        (await Handshake(hub, "", ("Cookie", cookie), ("Origin", "https://evil.example"))).Should().Be(HttpStatusCode.Forbidden);
        (await Handshake(hub, "", ("Cookie", cookie), ("Origin", "null"))).Should().Be(HttpStatusCode.Forbidden);
        (await Handshake(hub, "", ("Cookie", cookie))).Should().Be(HttpStatusCode.Forbidden);
        (await Handshake(hub, "", ("Origin", "https://evil.example"))).Should().Be(HttpStatusCode.Unauthorized);
        (await Handshake(hub, $"?access_token={HubFixture.AdminKey}", ("Origin", "https://app.example"))).Should().Be(HttpStatusCode.SwitchingProtocols);
    }

    [Test]
    public async Task a_key_in_the_address_is_written_down_nowhere()
    {
        var told = new ConcurrentQueue<string>();
        using var spans = new ActivityListener
        {
            ShouldListenTo = source => source.Name is "Microsoft.AspNetCore",
            Sample = static (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = span => told.Enqueue(string.Join(' ', span.TagObjects.Append(new("name", span.DisplayName)))),
        };
        ActivitySource.AddActivityListener(spans);
        await using var hub = await Start(customise: setup =>
        {
            setup.Settings["Logging:LogLevel:Microsoft.AspNetCore.Hosting.Diagnostics"] = "Trace";
            setup.Settings[$"Logging:{typeof(CapturedLogs).FullName}:LogLevel:Microsoft.AspNetCore.Hosting"] = "Trace";
            setup.Settings[$"Logging:{typeof(CapturedLogs).FullName}:LogLevel:Microsoft.AspNetCore.Hosting.Diagnostics"] = "Trace";
            setup.Settings["Logging:LogLevel:Microsoft.AspNetCore.SignalR"] = "Trace";
            setup.Settings["Logging:LogLevel:Microsoft.AspNetCore.Http.Connections"] = "Trace";
        });

        (await Handshake(hub, $"?access_token={HubFixture.AdminKey}")).Should().Be(HttpStatusCode.SwitchingProtocols);
        (await Handshake(hub, "?access_token=hub_wrong_key_in_the_address")).Should().Be(HttpStatusCode.Unauthorized);
        (await hub.Hub.ClientFor(null).Post("/hubs/live/negotiate?negotiateVersion=1&access_token=hub_wrong_key_in_the_address")).Expect(401);
        (await hub.Hub.ClientFor(null).Get($"live?access_token={HubFixture.AdminKey}")).Expect(401);

        await HubFixture.Eventually(() => Task.FromResult(told.Count(span => Has(span, "/hubs/live"))), count => count >= 3, "spans end");
        var written = hub.Hub.Logs.Lines.Concat(told).ToList();
        written.Should().Contain(line => Has(line, "SignalR")).And.NotContain(line => Has(line, "hub_wrong_key"));
        written.Where(line => Has(line, "/hubs/live")).Should().NotContain(line => Has(line, HubFixture.AdminKey));
    }

    [Test]
    public async Task a_stop_of_the_hub_lets_its_clients_come_back_to_another()
    {
        await using var hub = await Start();
        await using var client = await LiveHubClient.Connect(hub.Hub);
        await client.Follow();
        var reconnecting = new TaskCompletionSource();
        client.Connection.Reconnecting += _ => Task.FromResult(reconnecting.TrySetResult());

        var stopping = hub.Hub.Stop();
        await reconnecting.Task.WaitAsync(TimeSpan.FromSeconds(10));
        await stopping.WaitAsync(TimeSpan.FromSeconds(10));
    }

    private static bool Has(string line, string text) => line.Contains(text, StringComparison.Ordinal);

    private static async Task<string> KeyOf(WebhookHub hub, long scope) =>
        (await hub.Http.Post("keys", new { name = "viewer", role = "viewer", scope_id = scope })).Expect(201).GetProperty("key").GetString()!;

    private static async Task<(HttpClient Browser, string Cookie)> SignIn(WebhookHub hub)
    {
        var browser = hub.Hub.ClientFor(null);
        var answer = await browser.Post("auth/sessions", new { key = HubFixture.AdminKey });
        answer.Expect(200);
        var cookies = answer.Response.Headers.GetValues("Set-Cookie");
        return (browser, cookies.Single(cookie => cookie.StartsWith("hub_session=", StringComparison.Ordinal)).Split(';')[0]);
    }

    private static async Task Refused(LiveHubClient client, object options, string message) =>
        (await client.Invoking(one => one.Follow(options)).Should().ThrowAsync<HubException>()).WithMessage(message);

    private static async Task Pass(FakeTime time, Task until)
    {
        while (!until.IsCompleted)
        {
            time.Advance(TimeSpan.FromSeconds(15));
            await Task.WhenAny(until, Task.Delay(50));
        }

        await until;
    }

    private static async Task<HttpStatusCode> Handshake(WebhookHub hub, string query, params (string Name, string Value)[] headers)
    {
        using var socket = new ClientWebSocket();
        socket.Options.CollectHttpResponseDetails = true;
        foreach (var (name, value) in headers)
            socket.Options.SetRequestHeader(name, value);
        try
        {
            await socket.ConnectAsync(new UriBuilder(new Uri(hub.Hub.Url, "/hubs/live" + query)) { Scheme = "ws" }.Uri, CancellationToken.None);
        }
        catch (WebSocketException)
        {
            // The status says why.
        }

        return socket.HttpStatusCode;
    }
}
