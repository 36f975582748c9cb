using System.IO.Compression;
using System.Net;
using System.Text;
using FluentAssertions;
using Hub.SharedKernel.Data;
using Hub.TestHarness;
using Hub.Webhooks.Inbound;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;
using static Hub.Webhooks.Tests.WebhookHub;

namespace Hub.Webhooks.Tests.Inbound;

public sealed class ReceiveTests
{
    [Test]
    public async Task a_signed_delivery_is_stored_with_its_exact_bytes_before_the_answer()
    {
        await using var hub = await Start();
        var jira = await hub.Jira();
        var body = Fixtures.Bytes("jira/webhooks/cloud/webhook-cloud-issue-created-many-fields.json");

        var answer = (await hub.Deliver(jira, body, "d-1")).Expect(202);

        answer.GetProperty("status").GetString().Should().Be("accepted");
        var shown = (await hub.Http.Get($"webhooks/events/{answer.GetProperty("id").GetString()}")).Expect(200);
        shown.GetProperty("status").GetString().Should().Be("pending");
        shown.GetProperty("event_type").GetString().Should().Be("jira:issue_created");
        shown.GetProperty("delivery_id").GetString().Should().Be("d-1");
        shown.GetProperty("entity_key").GetString().Should().Be("10509");
        shown.GetProperty("payload_size").GetInt32().Should().Be(body.Length);
        shown.GetProperty("payload").GetProperty("issue").GetProperty("id").GetString().Should().Be("10509");
        shown.GetProperty("integration").GetProperty("id").GetInt64().Should().Be(jira.Integration.Id);
        shown.GetProperty("headers").TryGetProperty("x-hub-signature", out _).Should().BeFalse();
        shown.GetProperty("headers").GetProperty("content-type").GetString().Should().Be("application/json");
        var stored = await hub.Query<byte[]>("select payload from webhooks.inbox_events");
        Deflated.Inflate(stored, body.Length).Should().Equal(body);
    }

    [Test]
    public async Task a_repeat_makes_no_second_event()
    {
        await using var hub = await Start();
        var jira = await hub.Jira();
        var first = (await hub.Deliver(jira, Issue(1), "d-1")).Expect(202).GetProperty("id").GetString();

        var pending = (await hub.Deliver(jira, Issue(1), "d-1")).Expect(202);
        await hub.Drain();
        var processed = (await hub.Deliver(jira, Issue(1), "d-1")).Expect(200);

        pending.GetProperty("id").GetString().Should().Be(first);
        pending.GetProperty("status").GetString().Should().Be("accepted");
        processed.GetProperty("id").GetString().Should().Be(first);
        processed.GetProperty("status").GetString().Should().Be("duplicate");
        (await hub.Query<int>("select count(*)::int from webhooks.inbox_events")).Should().Be(1);
        hub.Reaction.Seen.Should().ContainSingle();
    }

    [Test]
    public async Task the_same_delivery_id_of_another_integration_is_another_event()
    {
        await using var hub = await Start();
        var (one, other) = (await hub.Jira(), await hub.Jira());
        (await hub.Deliver(one, Issue(1), "d-1")).Expect(202).GetProperty("id").GetString()
            .Should().NotBe((await hub.Deliver(other, Issue(1), "d-1")).Expect(202).GetProperty("id").GetString());
    }

    [Test]
    public async Task a_delivery_without_an_id_is_known_by_its_body()
    {
        await using var hub = await Start();
        var jira = await hub.Jira();
        var one = (await hub.Deliver(jira, Issue(1, "a"))).Expect(202).GetProperty("id").GetString();
        (await hub.Deliver(jira, Issue(1, "a"))).Expect(202).GetProperty("id").GetString().Should().Be(one);
        (await hub.Deliver(jira, Issue(1, "b"))).Expect(202).GetProperty("id").GetString().Should().NotBe(one);
    }

    [Test]
    public async Task fifty_at_once_are_all_stored_and_fifty_repeats_once()
    {
        await using var hub = await Start();
        var jira = await hub.Jira();
        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(i => hub.Deliver(jira, Issue(i), $"d-{i}")));
        answers.Select(answer => answer.Expect(202).GetProperty("id").GetString()).Distinct().Should().HaveCount(50);

        var repeats = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => hub.Deliver(jira, Issue(99), "d-same")));
        repeats.Select(answer => answer.Expect(202).GetProperty("id").GetString()).Distinct().Should().ContainSingle();
        (await hub.Query<int>("select count(*)::int from webhooks.inbox_events")).Should().Be(51);
    }

    [Test]
    public async Task whoever_proves_nothing_learns_nothing_and_leaves_a_count()
    {
        await using var hub = await Start();
        var jira = await hub.Jira();
        var silent = await hub.Jira(secret: null);
        var body = Bytes(Issue(1));
        Answer[] answers =
        [
            await hub.Deliver(jira, Issue(1), secret: "wrong"),
            await hub.Hub.ClientFor(null).Post($"webhooks/in/token-{jira.Integration.Id}", body),
            await hub.Deliver(silent, Issue(1), secret: "any"),
            await hub.Send("webhooks/in/nobody-s-token", body, "X-Hub-Signature", Secret),
            await hub.Hub.ClientFor(null).Post($"webhooks/in/token-{jira.Integration.Id}", "not json"),
        ];

        foreach (var answer in answers)
        {
            var problem = answer.Expect(401);
            problem.GetProperty("code").GetString().Should().Be("invalid_signature");
            problem.GetProperty("detail").GetString().Should().Be(answers[0].Json.GetProperty("detail").GetString());
        }

        (await hub.Query<int>("select count(*)::int from webhooks.inbox_events")).Should().Be(0);
        await hub.Hub.Services.GetRequiredService<Rejections>().Tick(CancellationToken.None);
        var rejected = (await hub.Http.Get("webhooks/status")).Expect(200).GetProperty("rejected");
        rejected.GetProperty("total").GetInt64().Should().Be(5);
        rejected.GetProperty("by_reason").EnumerateArray().Select(reason => (
            reason.GetProperty("provider").GetString(), reason.GetProperty("integration_id").ValueKind is System.Text.Json.JsonValueKind.Null ? 0 : reason.GetProperty("integration_id").GetInt64(),
            reason.GetProperty("reason").GetString(), reason.GetProperty("count").GetInt64())).Should().BeEquivalentTo(
        [
            ("jira", jira.Integration.Id, "missing_signature", 2L),
            ("jira", jira.Integration.Id, "bad_signature", 1L),
            ("jira", silent.Integration.Id, "not_configured", 1L),
            ("unknown", 0L, "not_configured", 1L),
        ]);
    }

    [Test]
    public async Task what_is_not_json_is_told_only_to_a_proven_sender()
    {
        await using var hub = await Start();
        var jira = await hub.Jira();
        var problem = (await hub.Deliver(jira, "{\"a\":"u8.ToArray())).Expect(400);
        problem.GetProperty("code").GetString().Should().Be("malformed_json");
        (await hub.Send("webhooks/jira", "{\"a\":"u8.ToArray(), "X-Hub-Signature", Secret)).Expect(400);
        (await hub.Deliver(jira, Array.Empty<byte>())).Expect(400).GetProperty("code").GetString().Should().Be("malformed_json");
        var sentry = hub.Sources.Add("sentry", jira.Integration.ScopePath, new { }, "client_secret", Secret);
        (await hub.Send($"webhooks/in/token-{sentry.Integration.Id}", [], "Sentry-Hook-Signature", Secret)).Expect(401);
        (await hub.Hub.ClientFor(null).Post($"webhooks/in/token-{sentry.Integration.Id}", Array.Empty<byte>(), ("Sentry-Hook-Signature", Sign([], Secret)["sha256=".Length..]))).Expect(202);
        (await hub.Send("webhooks/jira", "{\"a\":"u8.ToArray(), "X-Hub-Signature", "wrong")).Expect(401);
    }

    [Test]
    public async Task a_delivery_over_the_limit_is_413_whether_its_length_is_announced_or_not()
    {
        await using var hub = await Start(customise: setup => setup.Settings["Hub:Webhooks:MaxPayloadBytes"] = "1000");
        var jira = await hub.Jira();
        (await hub.Deliver(jira, Issue(1, new string('x', 2000)))).Expect(413).GetProperty("code").GetString().Should().Be("body_too_large");

        using var chunked = new HttpRequestMessage(HttpMethod.Post, $"webhooks/in/token-{jira.Integration.Id}");
        chunked.Content = new StreamContent(new MemoryStream(new byte[2000]));
        chunked.Headers.TransferEncodingChunked = true;
        (await hub.Hub.ClientFor(null).SendAsync(chunked)).StatusCode.Should().Be(HttpStatusCode.RequestEntityTooLarge);
        (await hub.Deliver(jira, Issue(1, new string('x', 500)))).Expect(202);
    }

    [Test]
    public async Task a_delivery_above_the_server_s_own_limit_is_taken_up_to_ours()
    {
        await using var hub = await Start(customise: setup => setup.Settings["Hub:Webhooks:MaxPayloadBytes"] = "41943040");
        var jira = await hub.Jira();
        var answer = (await hub.Deliver(jira, Issue(1, new string('x', 35_000_000)))).Expect(202);
        (await hub.Query<int>("select payload_size from webhooks.inbox_events where id = @id", new { id = answer.GetProperty("id").GetGuid() })).Should().BeGreaterThan(35_000_000);
    }

    [TestCase(null)]
    [TestCase("text/plain")]
    [TestCase("application/vnd.github+json")]
    public async Task the_media_type_need_not_be_right(string? type)
    {
        await using var hub = await Start();
        var jira = await hub.Jira();
        using var request = new HttpRequestMessage(HttpMethod.Post, $"webhooks/in/token-{jira.Integration.Id}") { Content = new ByteArrayContent(Bytes(Issue(1))) };
        if (type is not null)
            request.Content.Headers.TryAddWithoutValidation("Content-Type", type);
        request.Headers.TryAddWithoutValidation("X-Hub-Signature", Sign(Bytes(Issue(1)), Secret));
        (await hub.Hub.ClientFor(null).SendAsync(request)).StatusCode.Should().Be(HttpStatusCode.Accepted);
    }

    [Test]
    public async Task gzip_is_signed_as_sent_and_read_as_meant()
    {
        await using var hub = await Start();
        var jira = await hub.Jira();
        using var packed = new MemoryStream();
        await using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
            gzip.Write(Bytes(Issue(7)));
        var body = packed.ToArray();
        var path = $"webhooks/in/token-{jira.Integration.Id}";
        var anonymous = hub.Hub.ClientFor(null);

        var answer = (await anonymous.Post(path, body, ("X-Hub-Signature", Sign(body, Secret)), ("Content-Encoding", "gzip"))).Expect(202);
        (await anonymous.Post(path, body, ("X-Hub-Signature", Sign(body, Secret)), ("Content-Encoding", "zstd"))).Expect(415);
        await hub.Drain();

        hub.Reaction.Seen.Should().ContainSingle();
        (await hub.Query<string>("select payload from public.applied")).Should().Be(Encoding.UTF8.GetString(Bytes(Issue(7))));
        (await hub.Http.Get($"webhooks/events/{answer.GetProperty("id").GetString()}")).Expect(200)
            .GetProperty("payload").GetProperty("issue").GetProperty("id").GetString().Should().Be("7");
    }

    [Test]
    public async Task github_s_form_encoding_is_signed_as_sent_and_read_as_meant()
    {
        await using var hub = await Start();
        var github = hub.Sources.Add("github_repos", await hub.PathOf(await hub.Hub.CreateProject()), new { repository = "a/b" }, "webhook_secret", Secret);
        var body = Encoding.UTF8.GetBytes("payload=" + Uri.EscapeDataString("""{"action":"opened","repository":{"full_name":"A/B"}}"""));
        using var request = new HttpRequestMessage(HttpMethod.Post, "webhooks/github") { Content = new ByteArrayContent(body) };
        request.Content.Headers.TryAddWithoutValidation("Content-Type", "application/x-www-form-urlencoded");
        request.Headers.TryAddWithoutValidation("X-Hub-Signature-256", Sign(body, Secret));
        request.Headers.TryAddWithoutValidation("X-GitHub-Event", "pull_request");
        request.Headers.TryAddWithoutValidation("X-GitHub-Delivery", "g-1");

        (await hub.Hub.ClientFor(null).SendAsync(request)).StatusCode.Should().Be(HttpStatusCode.Accepted);
        await hub.Drain();

        var seen = hub.Reaction.Seen.Single();
        (seen.EventType, seen.IntegrationId).Should().Be(("pull_request.opened", github.Integration.Id));
        (await hub.Query<string>("select entity_key from webhooks.inbox_events")).Should().Be("a/b");
    }

    [Test]
    public async Task slack_s_challenge_is_answered_after_the_proof_and_stored_nowhere()
    {
        await using var hub = await Start();
        var slack = hub.Sources.Add("slack", await hub.PathOf(await hub.Hub.CreateProject()), new { }, "signing_secret", "8f742231b10e8888abcd99yyyzzz85a5");
        var body = Bytes(new { type = "url_verification", challenge = "3eZbrw1aB", token = "x" });
        var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds().ToString(System.Globalization.CultureInfo.InvariantCulture);
        var signature = Sign(Encoding.UTF8.GetBytes($"v0:{now}:{Encoding.UTF8.GetString(body)}"), "8f742231b10e8888abcd99yyyzzz85a5").Replace("sha256=", "v0=", StringComparison.Ordinal);
        var path = $"webhooks/in/token-{slack.Integration.Id}";

        (await hub.Hub.ClientFor(null).Post(path, body)).Expect(401);
        var answer = await hub.Hub.ClientFor(null).Post(path, body, ("X-Slack-Signature", signature), ("X-Slack-Request-Timestamp", now));

        answer.Text.Should().Be("3eZbrw1aB");
        answer.Response.Content.Headers.ContentType!.MediaType.Should().Be("text/plain");
        (await hub.Query<int>("select count(*)::int from webhooks.inbox_events")).Should().Be(0);
    }

    [Test]
    public async Task nothing_that_was_received_shows_in_the_log()
    {
        await using var hub = await Start();
        var jira = await hub.Jira();
        (await hub.Deliver(jira, Issue(1, "very-private-summary"))).Expect(202);
        (await hub.Deliver(jira, Issue(1, "very-private-summary"), secret: "wrong")).Expect(401);
        await hub.Drain();
        hub.Hub.Logs.Lines.Should().NotContain(line => line.Contains("very-private-summary") || line.Contains(Secret));
    }
}
