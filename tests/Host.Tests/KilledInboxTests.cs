using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Dapper;
using FluentAssertions;
using Hub.TestHarness;
using Npgsql;
using NUnit.Framework;

namespace Hub.Host.Tests;

/// <summary>
/// The process dies fifty times at whatever instruction it is at, while providers send. They repeat what was not answered, under the same delivery id, as
/// providers do; in the end every delivery was applied once, and those about one issue in their order.
/// </summary>
public sealed class KilledInboxTests
{
    private const int Kills = 50;
    private const int Issues = 6;
    // Killed so often, the same event may be under way more often than an event may end a process before it is given up.
    private static readonly (string, string)[] Settings = [("Hub__Webhooks__LeaseSeconds", "1"), ("Hub__Webhooks__MaxAttempts", "1000")];
    private const string Secret = "a-secret-of-the-killed";
    private static readonly DateTimeOffset Start = new(2026, 11, 20, 12, 0, 0, TimeSpan.Zero);

    private HubFixture watcher = null!;
    private volatile HubProcess? hub;
    private volatile bool over;

    [Test]
    public async Task Whatever_is_accepted_is_applied_once_and_in_order_however_often_the_process_dies()
    {
        watcher = await HubFixture.Start(setup => setup.Workers = false);
        await using var _ = watcher;
        var project = await watcher.CreateProject();
        (await watcher.Http.Post("webhooks/endpoints", new
        {
            scope_id = project, url = "http://127.0.0.1:9/", event_types = new[] { "webhook.forwarded" }, filter = new { integration_type = "webhook" }, enabled = false,
        })).Expect(201);
        var jira = await Create(project, "jira", new
        {
            deployment = "cloud", base_url = "https://acme.atlassian.net", email = "hub@acme.example", api_token = "a-token-of-the-killed", webhook_secret = Secret,
        });
        var generic = await Create(project, "webhook", new
        {
            direction = "inbound", signing_scheme = "hmac_sha256", secret = Secret, signature_header = "X-Hub-Signature", signature_prefix = "sha256=",
            delivery_id_path = "X-Atlassian-Webhook-Identifier",
        });
        var accepted = new ConcurrentDictionary<string, byte>();
        var providers = Enumerable.Range(1, Issues).Select(issue => Provide(jira, update => Issue(issue, update), $"jira-{issue}", accepted))
            .Append(Provide(generic, number => Encoding.UTF8.GetBytes($$"""{"type":"ping","n":{{number}}}"""), "ping", accepted)).ToArray();

        var random = new Random(20261128);
        for (var kill = 0; kill < Kills; kill++)
        {
            await using var next = await HubProcess.Start(watcher.ConnectionString, Settings);
            hub = next;
            var enough = accepted.Count + random.Next(1, 120);
            await HubFixture.Eventually(() => Task.FromResult(accepted.Count), now => now >= enough, "deliveries are accepted");
            await next.Kill();
        }

        over = true;
        await using var last = await HubProcess.Start(watcher.ConnectionString, Settings);
        hub = last;
        var sent = await Task.WhenAll(providers);
        await HubFixture.Eventually(
            () => Sql<long>("select count(*) from webhooks.inbox_events where status in ('pending', 'processing', 'failed')"), open => open == 0, "all are processed");

        (await Sql<long>("select count(*) from webhooks.inbox_events")).Should().Be(sent.Sum(), "nothing that was accepted is lost, and a repeat is no second event");
        (await Sql<string>("select string_agg(distinct format('%s: %s %s', integration_type, status, last_error), ', ') from webhooks.inbox_events"))
            .Should().Be("jira: processed , webhook: processed ");
        for (var issue = 1; issue <= Issues; issue++)
        {
            var ticket = (await watcher.Http.Get($"tickets/{await Sql<long>("select id from sync.tickets where external_id = @id", new { id = $"{issue}" })}")).Expect(200);
            ticket.GetProperty("summary").GetString().Should().Be($"Update {sent[issue - 1]}");
            ticket.GetProperty("version").GetInt64().Should().Be(sent[issue - 1], "each update was newer than the one before it, in the order of sending");
        }

        (await Sql<long>("select count(distinct payload::jsonb #>> '{data,event_id}') from webhooks.messages where event_type = 'webhook.forwarded'")).Should().Be(sent[^1]);
        (await Sql<long>("select count(*) from webhooks.deliveries where event_type = 'webhook.forwarded'")).Should().Be(sent[^1], "none is forwarded twice");
    }

    private async Task<string> Create(long project, string type, object configuration) =>
        (await watcher.Http.Post("integrations", new { scope_id = project, name = type, integration_type = type, configuration })).Expect(201)
        .GetProperty("webhook_url").GetString()!;

    /// <summary>Sends one delivery after the other, each until it is accepted.</summary>
    /// <returns>How many.</returns>
    private async Task<int> Provide(string address, Func<int, byte[]> body, string name, ConcurrentDictionary<string, byte> accepted)
    {
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(10) };
        var sent = 0;
        while (!over || sent == 0)
        {
            sent++;
            var (bytes, id) = (body(sent), $"{name}-{sent}");
            await HubFixture.Eventually(() => Send(http, address, bytes, id), ok => ok, $"{id} is accepted");
            accepted[id] = 0;
        }

        return sent;
    }

    private async Task<bool> Send(HttpClient http, string address, byte[] body, string id)
    {
        if (hub is not { } target)
            return false;
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(target.Url, address)) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new("application/json");
        request.Headers.Add("X-Hub-Signature", "sha256=" + Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(Secret), body)));
        request.Headers.Add("X-Atlassian-Webhook-Identifier", id);
        try
        {
            using var answer = await http.SendAsync(request);
            return answer.IsSuccessStatusCode;
        }
        catch (Exception fault) when (fault is HttpRequestException or OperationCanceledException)
        {
            return false;
        }
    }

    private static byte[] Issue(int issue, int update)
    {
        var told = JsonNode.Parse(Fixtures.Bytes("jira/webhooks/misc/webhook-issue-updated-edited.json"))!;
        told["issue"]!["id"] = issue.ToString(CultureInfo.InvariantCulture);
        told["issue"]!["key"] = $"KT-{issue}";
        told["issue"]!["self"] = $"https://acme.atlassian.net/rest/api/2/issue/{issue}";
        told["issue"]!["fields"]!["summary"] = $"Update {update}";
        told["issue"]!["fields"]!["updated"] = Start.AddSeconds(update).ToString("yyyy-MM-dd'T'HH:mm:ss.fff'+0000'", CultureInfo.InvariantCulture);
        told.AsObject().Remove("changelog");
        return Encoding.UTF8.GetBytes(told.ToJsonString());
    }

    private async Task<T> Sql<T>(string sql, object? parameters = null)
    {
        await using var connection = new NpgsqlConnection(watcher.ConnectionString);
        return (await connection.ExecuteScalarAsync<T>(sql, parameters))!;
    }
}
