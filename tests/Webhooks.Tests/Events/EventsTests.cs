using FluentAssertions;
using Hub.Integrations.Contracts;
using Hub.TestHarness;
using NUnit.Framework;
using static Hub.Webhooks.Tests.WebhookHub;

namespace Hub.Webhooks.Tests.Events;

public sealed class EventsTests
{
    [Test]
    public async Task the_list_is_newest_first_in_pages_that_neither_repeat_nor_skip()
    {
        await using var hub = await Start();
        var jira = await hub.Jira();
        var ids = new List<string>();
        for (var i = 0; i < 7; i++)
            ids.Add((await hub.Deliver(jira, Issue(i), $"d-{i}")).Expect(202).GetProperty("id").GetString()!);

        var seen = new List<string>();
        string? cursor = null;
        do
        {
            var page = (await hub.Http.Get($"webhooks/events?limit=3{(cursor is null ? "" : $"&cursor={cursor}")}")).Expect(200);
            seen.AddRange(page.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("id").GetString()!));
            cursor = page.GetProperty("next_cursor").GetString();
            if (seen.Count == 3)
                (await hub.Deliver(jira, Issue(99), "late")).Expect(202);
        }
        while (cursor is not null);

        seen.Should().Equal(ids.AsEnumerable().Reverse());
    }

    [Test]
    public async Task a_search_that_begins_with_a_dollar_reads_the_payloads()
    {
        await using var hub = await Start();
        var jira = await hub.Jira();
        var github = hub.Sources.Add("github_repos", jira.Integration.ScopePath, new { repository = "a/b" }, "webhook_secret", Secret);
        for (var i = 1; i <= 120; i++)
            (await hub.Deliver(jira, Issue(i, i == 60 ? "a\0b" : $"summary {i}"), $"d-{i}")).Expect(202);
        var form = System.Text.Encoding.UTF8.GetBytes("payload=" + Uri.EscapeDataString("""{"issue":{"id":"7","labels":["x","y"]}}"""));
        using var sent = new HttpRequestMessage(HttpMethod.Post, $"webhooks/in/token-{github.Integration.Id}") { Content = new ByteArrayContent(form) };
        sent.Content.Headers.TryAddWithoutValidation("Content-Type", "application/x-www-form-urlencoded");
        sent.Headers.TryAddWithoutValidation("X-Hub-Signature-256", Sign(form, Secret));
        (await hub.Hub.ClientFor(null).SendAsync(sent)).StatusCode.Should().Be(System.Net.HttpStatusCode.Accepted);
        async Task<string?[]> Found(string path) => [.. (await hub.Http.Get($"webhooks/events?q={Uri.EscapeDataString(path)}")).Expect(200).GetProperty("items")
            .EnumerateArray().Select(item => item.GetProperty("delivery_id").GetString())];

        (await Found("$.issue.id == \"7\"")).Should().HaveCount(2).And.Contain("d-7");
        (await Found("$.issue.labels[*] ? (@ == \"y\")")).Should().ContainSingle().Which.Should().StartWith("sha256:");
        (await Found("$.issue.fields.summary ? (@ like_regex \"^summary 11[0-9]$\")")).Should().HaveCount(10);
        (await Found("$.nowhere")).Should().BeEmpty();
        (await Found("$.issue.id == \"60\"")).Should().BeEmpty("PostgreSQL has no text with a zero in it");
        var first = (await hub.Http.Get($"webhooks/events?limit=3&q={Uri.EscapeDataString("$.timestamp == 1")}")).Expect(200);
        first.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("delivery_id").GetString()).Should().Equal("d-120", "d-119", "d-118");
        (await hub.Http.Get($"webhooks/events?limit=3&q={Uri.EscapeDataString("$.timestamp == 1")}&cursor={first.GetProperty("next_cursor").GetString()}")).Expect(200)
            .GetProperty("items")[0].GetProperty("delivery_id").GetString().Should().Be("d-117");
        foreach (var wrong in new[] { "$.a ==", "$.a ? (@ like_regex \"(\")", "$foo", "$." })
            (await hub.Http.Get($"webhooks/events?q={Uri.EscapeDataString(wrong)}")).Expect(400).GetProperty("errors").TryGetProperty("q", out _).Should().BeTrue(wrong);
        var stranger = await hub.Hub.ClientWith("viewer", await hub.Hub.CreateScope("tenant", "Other"));
        (await stranger.Get($"webhooks/events?q={Uri.EscapeDataString("$.issue")}")).Expect(200).GetProperty("items").GetArrayLength().Should().Be(0);
    }

    [Test]
    public async Task whatever_was_accepted_is_shown()
    {
        await using var hub = await Start();
        var jira = await hub.Jira();
        var bodies = new[]
        {
            """{"text":"a\u0000b"}""", """{"text":"a\ud800b"}""", """{"a\udfffb":1}""", """{"number":1e999999}""", """{"a":1,"a":2}""",
            new string('[', 500) + new string(']', 500), $$"""{"text":"{{new string('x', 400_000)}}"}""", "\"text\"",
        };
        foreach (var body in bodies)
            (await Shown(System.Text.Encoding.UTF8.GetBytes(body))).Should().Contain($"\"payload\":{body},\"payload_base64\":null");
        (await Shown([.. "{\"text\":\"a"u8, 0xff, .. "b\"}"u8])).Should().Contain("\"payload\":{\"text\":\"a\uFFFDb\"}");

        async Task<string> Shown(byte[] body)
        {
            var id = (await hub.Deliver(jira, body)).Expect(202).GetProperty("id").GetString();
            var shown = await hub.Http.Get($"webhooks/events/{id}");
            shown.Status.Should().Be(200, shown.Text);
            return shown.Text;
        }
    }

    [Test]
    public async Task filters_narrow_the_list_and_unknown_values_are_refused()
    {
        await using var hub = await Start();
        var jira = await hub.Jira();
        var github = hub.Sources.Add("github_repos", jira.Integration.ScopePath, new { repository = "a/b" }, "webhook_secret", Secret);
        (await hub.Deliver(jira, Issue(42), "d-42")).Expect(202);
        var body = Bytes(new { action = "opened", repository = new { full_name = "A/B" } });
        (await hub.Hub.ClientFor(null).Post($"webhooks/in/token-{github.Integration.Id}", body,
            ("X-Hub-Signature-256", Sign(body, Secret)), ("X-GitHub-Event", "pull_request"), ("X-GitHub-Delivery", "g-1"))).Expect(202);
        await hub.Drain();
        (await hub.Deliver(jira, Issue(43), "d-43")).Expect(202);

        (await Found("")).Should().Be(3);
        (await Found($"integration_id={github.Integration.Id}")).Should().Be(1);
        (await Found("event_type=pull_request")).Should().Be(1);
        (await Found("event_type=pull_request.opened")).Should().Be(1);
        (await Found("event_type=pull")).Should().Be(0);
        (await Found("status=pending")).Should().Be(1);
        (await Found("status=processed")).Should().Be(2);
        (await Found("since=2000-01-01T00:00:00Z")).Should().Be(3);
        (await Found("since=2999-01-01T00:00:00Z")).Should().Be(0);
        (await Found("q=D-42")).Should().Be(1);
        (await Found("q=a/b")).Should().Be(1);
        (await Found("q=%25")).Should().Be(0);
        (await hub.Http.Get("webhooks/events?status=odd")).Expect(400).GetProperty("errors").TryGetProperty("status", out _).Should().BeTrue();
        (await hub.Http.Get("webhooks/events?limit=0")).Expect(400);

        async Task<int> Found(string query) => (await hub.Http.Get($"webhooks/events?{query}")).Expect(200).GetProperty("items").GetArrayLength();
    }

    [Test]
    public async Task another_tenant_sees_nothing_of_it_and_a_viewer_replays_nothing()
    {
        await using var hub = await Start();
        var (mine, other) = (await hub.Hub.CreateScope("tenant", "Mine"), await hub.Hub.CreateScope("tenant", "Other"));
        var jira = await hub.Jira(parent: mine);
        var id = (await hub.Deliver(jira, Issue(1))).Expect(202).GetProperty("id").GetString();
        await hub.Drain();
        var stranger = await hub.Hub.ClientWith("admin", other);
        var viewer = await hub.Hub.ClientWith("viewer", mine);

        (await stranger.Get($"webhooks/events/{id}")).Expect(404);
        (await stranger.Post($"webhooks/events/{id}/replay")).Expect(404);
        (await stranger.Get("webhooks/events")).Expect(200).GetProperty("items").GetArrayLength().Should().Be(0);
        (await stranger.Post("webhooks/events/replay", new { filter = new { since = "2000-01-01T00:00:00Z" } })).Expect(202).GetProperty("count").GetInt64().Should().Be(0);
        (await stranger.Get("webhooks/status")).Expect(200).GetProperty("totals").GetProperty("processed").GetInt64().Should().Be(0);

        (await viewer.Get($"webhooks/events/{id}")).Expect(200);
        (await viewer.Post($"webhooks/events/{id}/replay")).Expect(403);
        (await viewer.Post("webhooks/events/replay", new { filter = new { status = "processed" } })).Expect(403);
        (await hub.Hub.ClientFor(null).Get("webhooks/events")).Expect(401);
    }

    [Test]
    public async Task a_replay_processes_the_original_bytes_again_and_keeps_the_history()
    {
        await using var hub = await Start();
        var id = (await hub.Deliver(await hub.Jira(), Issue(1, "first"))).Expect(202).GetProperty("id").GetGuid();
        await hub.Drain();

        (await hub.Http.Post($"webhooks/events/{id}/replay")).Expect(202).GetProperty("attempt").GetInt32().Should().Be(0);
        await hub.Drain();

        var texts = await hub.Rows<string>("select payload from public.applied");
        texts.Should().HaveCount(2);
        texts[0].Should().Be(texts[1]);
        var shown = (await hub.Http.Get($"webhooks/events/{id}")).Expect(200);
        shown.GetProperty("status").GetString().Should().Be("processed");
        shown.GetProperty("attempts").GetArrayLength().Should().Be(2);
        (await hub.Http.Get("audit?action=webhook_event.replayed")).Expect(200).GetProperty("items").GetArrayLength().Should().Be(1);
    }

    [Test]
    public async Task what_is_being_processed_cannot_be_replayed()
    {
        await using var hub = await Start();
        var id = (await hub.Deliver(await hub.Jira(), Issue(1))).Expect(202).GetProperty("id").GetGuid();
        await hub.Execute("update webhooks.inbox_events set status = 'processing', lease_until = now() + interval '1 hour', lease_token = gen_random_uuid()");
        (await hub.Http.Post($"webhooks/events/{id}/replay")).Expect(409).GetProperty("code").GetString().Should().Be("event_processing");
        (await hub.Http.Post($"webhooks/events/{Guid.CreateVersion7()}/replay")).Expect(404);
    }

    [Test]
    public async Task a_filter_is_replayed_in_bulk_with_a_count()
    {
        await using var hub = await Start();
        var (one, other) = (await hub.Jira(), await hub.Jira());
        for (var i = 0; i < 3; i++)
            (await hub.Deliver(one, Issue(i))).Expect(202);
        (await hub.Deliver(other, Issue(9))).Expect(202);
        await hub.Drain();

        (await hub.Http.Post("webhooks/events/replay", new { filter = new { integration_id = one.Integration.Id, status = "processed" } })).Expect(202)
            .GetProperty("count").GetInt64().Should().Be(3);
        (await hub.Http.Post("webhooks/events/replay", new { filter = new { status = "dead" } })).Expect(202).GetProperty("count").GetInt64().Should().Be(0);
        (await hub.Http.Post("webhooks/events/replay", new { filter = new { } })).Expect(400);
        (await hub.Http.Post("webhooks/events/replay", new { })).Expect(400);
        (await hub.Http.Post("webhooks/events/replay", new { filter = new { status = "pending" } })).Expect(400);
        (await hub.Http.Post("webhooks/events/replay", new { filter = new { colour = "red" } })).Expect(400).GetProperty("code").GetString().Should().Be("unknown_field");
        await hub.Drain();
        (await hub.Query<int>("select count(*)::int from public.applied")).Should().Be(7);
    }

    [Test]
    public async Task the_status_tells_totals_ages_times_and_who_is_behind()
    {
        await using var hub = await Start(customise: setup => setup.Settings["Hub:Webhooks:MaxAttempts"] = "1");
        var jira = await hub.Jira();
        (await hub.Http.Get("webhooks/status")).Expect(200).GetProperty("processing_ms").ValueKind.Should().Be(System.Text.Json.JsonValueKind.Null);
        (await hub.Deliver(jira, Issue(1))).Expect(202);
        (await hub.Deliver(jira, new { webhookEvent = "ping" })).Expect(202);
        await hub.Drain();
        hub.Reaction.Then = _ => throw new InvalidOperationException("broken");
        (await hub.Deliver(jira, Issue(2))).Expect(202);
        await hub.Drain();
        (await hub.Deliver(jira, Issue(3))).Expect(202);

        var status = (await hub.Http.Get("webhooks/status")).Expect(200);

        var totals = status.GetProperty("totals");
        (totals.GetProperty("processed").GetInt64(), totals.GetProperty("ignored").GetInt64(), totals.GetProperty("dead").GetInt64(), totals.GetProperty("pending").GetInt64())
            .Should().Be((1, 1, 1, 1));
        status.GetProperty("oldest_pending_age_seconds").GetDouble().Should().BeInRange(0, 60);
        status.GetProperty("processing_ms").GetProperty("p99").GetDouble().Should().BePositive();
        status.GetProperty("by_provider").EnumerateArray().Single().GetProperty("integration_type").GetString().Should().Be("jira");
        status.GetProperty("by_integration").EnumerateArray().Single().GetProperty("integration_id").GetInt64().Should().Be(jira.Integration.Id);
    }

    [Test]
    public async Task deleting_an_integration_or_its_tenant_leaves_nothing_to_process()
    {
        await using var hub = await Start();
        var tenant = await hub.Hub.CreateScope("tenant", "Gone");
        var jira = await hub.Jira(parent: tenant);
        var id = (await hub.Deliver(jira, Issue(1))).Expect(202).GetProperty("id").GetGuid();

        await hub.Publish(new IntegrationChanged(jira.Integration, IntegrationChange.Deleted));
        (await hub.StatusOf(id)).Should().Be("ignored");
        await hub.Publish(new ScopeDeleted(tenant, [1, tenant]));
        (await hub.Query<int>("select count(*)::int from webhooks.inbox_events")).Should().Be(0);
        (await hub.Query<int>("select count(*)::int from webhooks.live_events")).Should().Be(0);
    }
}
