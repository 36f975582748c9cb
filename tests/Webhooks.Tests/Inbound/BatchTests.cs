using System.IO.Compression;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using FluentAssertions;
using Hub.TestHarness;
using NUnit.Framework;

namespace Hub.Webhooks.Tests.Inbound;

/// <summary>HubSpot's deliveries bring up to a hundred events: each is one of its own from then on.</summary>
public sealed class BatchTests
{
    private const string PublicUrl = "https://hub.example.com";
    private const string Secret = "aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaaa";
    private const string First = """{"eventId":1, "portalId":7,"subscriptionId":3,"occurredAt":1564113600000,"subscriptionType":"contact.creation","attemptNumber":0}""";
    private const string Second = """{"eventId":2,"portalId":7,"subscriptionId":4,"occurredAt":1564113600001,"subscriptionType":"deal.creation","name":"Zürich 🚀","attemptNumber":0}""";
    private const string Third = """{"eventId":3,"portalId":7,"subscriptionId":4,"occurredAt":1564113600002,"subscriptionType":"deal.deletion","attemptNumber":0}""";

    [Test]
    public async Task Each_entry_is_an_event_with_its_own_bytes()
    {
        await using var hub = await Start();
        var path = await Connect(hub);

        var answer = (await Send(hub, path, $"[{First},\n {Second},{Third}]")).Expect(202);

        var ids = answer.GetProperty("ids").EnumerateArray().Select(id => id.GetGuid()).ToArray();
        ids.Should().HaveCount(3).And.OnlyHaveUniqueItems();
        answer.GetProperty("id").GetGuid().Should().Be(ids[0]);
        foreach (var (id, type, bytes) in ids.Zip(["contact.creation", "deal.creation", "deal.deletion"], [First, Second, Third]))
        {
            var shown = (await hub.Http.Get($"webhooks/events/{id}")).Expect(200);
            shown.GetProperty("event_type").GetString().Should().Be(type);
            shown.GetProperty("payload").GetRawText().Should().Be(bytes);
        }

        (await hub.Http.Get("webhooks/events?event_type=deal.creation")).Expect(200).GetProperty("items").GetArrayLength().Should().Be(1);
        await Reached(hub, ids, "ignored", "processed");
        (await hub.Http.Post($"webhooks/events/{ids[1]}/replay")).Expect(202);
        await Reached(hub, ids, "ignored", "processed");
    }

    [Test]
    public async Task An_entry_that_is_repeated_is_a_duplicate_alone()
    {
        await using var hub = await Start();
        var path = await Connect(hub);
        var first = (await Send(hub, path, $"[{First}]")).Expect(202);
        first.TryGetProperty("ids", out _).Should().BeFalse("there is one");
        await Reached(hub, [first.GetProperty("id").GetGuid()], "ignored", "processed");
        var repeated = First.Replace("\"attemptNumber\":0", "\"attemptNumber\":1", StringComparison.Ordinal);

        var both = (await Send(hub, path, $"[{repeated},{Second},{Second}]")).Expect(202).GetProperty("ids").EnumerateArray().Select(id => id.GetGuid()).ToArray();

        both[0].Should().Be(first.GetProperty("id").GetGuid());
        both[2].Should().Be(both[1]).And.NotBe(both[0]);
        await Reached(hub, both, "ignored", "processed");
        var again = (await Send(hub, path, $"[{repeated},{Second}]")).Expect(200);
        again.GetProperty("status").GetString().Should().Be("duplicate");
        again.GetProperty("ids").GetArrayLength().Should().Be(2);
        (await hub.Http.Get("webhooks/events")).Expect(200).GetProperty("items").GetArrayLength().Should().Be(2);
    }

    [Test]
    public async Task Entries_of_a_compressed_delivery_are_processed_and_replayed()
    {
        await using var hub = await Start();
        var path = await Connect(hub);

        var ids = (await Send(hub, path, $"[{First},{Second}]", gzip: true)).Expect(202).GetProperty("ids").EnumerateArray().Select(id => id.GetGuid()).ToArray();

        await Reached(hub, ids, "ignored", "processed");
        (await hub.Http.Post("webhooks/events/replay", new { filter = new { event_type = "deal.creation" } })).Expect(202);
        await Reached(hub, ids, "ignored", "processed");
        (await hub.Http.Get($"webhooks/events/{ids[1]}")).Expect(200).GetProperty("payload").GetProperty("name").GetString().Should().Be("Zürich 🚀");
    }

    [TestCase("[]")]
    [TestCase("""{"eventId":1,"portalId":7,"subscriptionType":"contact.creation"}""")]
    [TestCase("\"text\"")]
    public async Task What_is_no_list_of_entries_is_one_event(string body)
    {
        await using var hub = await Start();
        var path = await Connect(hub);

        (await Send(hub, path, body)).Expect(202).TryGetProperty("ids", out _).Should().BeFalse();

        var stored = (await hub.Http.Get("webhooks/events")).Expect(200).GetProperty("items").EnumerateArray().Should().ContainSingle().Subject;
        (await hub.Http.Get($"webhooks/events/{stored.GetProperty("id").GetString()}")).Expect(200).GetProperty("payload").GetRawText().Should().Be(body);
    }

    [Test]
    public async Task A_batch_without_a_proof_leaves_nothing()
    {
        await using var hub = await Start();
        var path = await Connect(hub);
        (await Send(hub, path, $"[{First},{Second}]", secret: "bbbbbbbb-aaaa-aaaa-aaaa-aaaaaaaaaaaa")).Expect(401);
        (await hub.Http.Get("webhooks/events")).Expect(200).GetProperty("items").GetArrayLength().Should().Be(0);
    }

    private static Task<HubFixture> Start() => HubFixture.Start(setup => setup.Settings["Hub:PublicUrl"] = PublicUrl);

    private static async Task<string> Connect(HubFixture hub) => (await hub.Http.Post("integrations", new
    {
        scope_id = await hub.CreateProject(),
        name = "CRM",
        integration_type = "hubspot",
        configuration = new { auth_type = "token", access_token = "pat-eu1-" + new string('0', 36), client_secret = Secret },
    })).Expect(201).GetProperty("webhook_url").GetString()!;

    private static async Task<Answer> Send(HubFixture hub, string path, string body, bool gzip = false, string secret = Secret)
    {
        var bytes = Encoding.UTF8.GetBytes(body);
        using var packed = new MemoryStream();
        if (gzip)
        {
            using (var stream = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
                stream.Write(bytes);
            bytes = packed.ToArray();
        }

        var at = $"{DateTimeOffset.UtcNow.ToUnixTimeMilliseconds()}";
        var route = new Uri(path, UriKind.RelativeOrAbsolute);
        var local = route.IsAbsoluteUri ? route.PathAndQuery : path;
        byte[] signed = [.. Encoding.UTF8.GetBytes($"POST{PublicUrl}{local}"), .. bytes, .. Encoding.UTF8.GetBytes(at)];
        using var content = new ByteArrayContent(bytes);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        if (gzip)
            content.Headers.ContentEncoding.Add("gzip");
        using var request = new HttpRequestMessage(HttpMethod.Post, local) { Content = content };
        request.Headers.Add("X-HubSpot-Signature-v3", Convert.ToBase64String(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), signed)));
        request.Headers.Add("X-HubSpot-Request-Timestamp", at);
        using var stranger = hub.ClientFor(null);
        var response = await stranger.SendAsync(request);
        return new Answer(response, await response.Content.ReadAsStringAsync());
    }

    private static async Task Reached(HubFixture hub, Guid[] ids, params string[] ends)
    {
        foreach (var id in ids)
            await HubFixture.Eventually(
                async () => (await hub.Http.Get($"webhooks/events/{id}")).Expect(200).GetProperty("status").GetString(), status => ends.Contains(status!), "the event is processed");
    }
}
