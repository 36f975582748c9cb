using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using FluentAssertions;
using Hub.Integrations.Integrations;
using Hub.Schemas.Contracts;
using Hub.TestHarness;
using MediatR;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;

namespace Hub.Integrations.Tests;

/// <summary>Bad input over HTTP: a clear problem that names field and rule, and nothing half written.</summary>
public sealed class HostileInputTests
{
    private static string Body(string name = "\"Bad\"", string configuration = "{}", string more = "") =>
        $$"""{"scope_id":1,"name":{{name}},"integration_type":"webhook","enabled":false,"configuration":{{configuration}}{{more}}}""";

    private static async Task Refused(HubFixture hub, string body, string error, string rule)
    {
        var answer = await hub.Http.Post("integrations", body);
        var problem = answer.Expect(400);
        answer.Response.Content.Headers.ContentType!.MediaType.Should().Be("application/problem+json");
        answer.Text.Length.Should().BeLessThan(64 * 1024);
        problem.GetProperty("errors").EnumerateObject().Should().Contain(one => one.Name.Contains(error) && one.Value[0].GetString()!.Contains(rule), answer.Text);
    }

    [Test]
    public async Task Too_much_is_refused_by_name_and_nothing_is_stored()
    {
        await using var hub = await HubFixture.Start(setup => setup.Workers = false);
        var big = new string('x', 1024 * 1024);
        var deep = string.Concat(Enumerable.Repeat("""{"a":""", 100)) + "1" + new string('}', 100);
        await Refused(hub, Body(configuration: $$"""{"url":"https://example.com/{{big}}"}"""), "configuration", "at most 1 MB");
        await Refused(hub, Body(configuration: $$"""{"url":"https://example.com/{{big[..70_000]}}"}"""), "configuration.url", "at most 64 KB");
        await Refused(hub, Body(configuration: "{" + string.Join(',', Enumerable.Range(0, 10_000).Select(i => $"\"field{i}\":{i}")) + "}"), "configuration.field0", "is not a field of");
        await Refused(hub, Body(configuration: $$"""{"headers":{{deep}}}"""), "configuration", "");
        await Refused(hub, deep, "", "");
        (await hub.Http.Get("integrations")).Expect(200).GetProperty("items").GetArrayLength().Should().Be(0);
    }

    [TestCase("\"\\u0000\"", "must")]
    [TestCase("\"a\\u0000b\"", "control characters")]
    [TestCase("\"line\\nbreak\"", "control characters")]
    [TestCase("\"escape\\u001b[31m\"", "control characters")]
    [TestCase("\"\\u202egnp.exe\"", "direction of text")]
    [TestCase("\"\\u2066isolated\\u2069\"", "direction of text")]
    [TestCase("\"two\\u2028lines\"", "direction of text")]
    [TestCase("\"half \\ud83d pair\"", "")]
    [TestCase("\"   \"", "must not be empty")]
    [TestCase("null", "must not be null")]
    [TestCase("17", "must be a text")]
    public async Task A_name_that_would_deceive_or_break_is_refused(string name, string rule)
    {
        await using var hub = await HubFixture.Start(setup => setup.Workers = false);
        await Refused(hub, Body(name), "name", rule);
        (await hub.Http.Post("scopes", $$"""{"kind":"tenant","name":{{name}}}""")).Status.Should().Be(400);
        (await hub.Http.Post("integrations", Body("\"Zahlungen 支払い 💶 تسديد\""))).Expect(201).GetProperty("name").GetString().Should().Be("Zahlungen 支払い 💶 تسديد");
    }

    [Test]
    public async Task What_is_said_twice_or_too_large_a_number_is_refused()
    {
        await using var hub = await HubFixture.Start(setup => setup.Workers = false);
        await Refused(hub, """{"scope_id":1,"name":"a","name":"b","integration_type":"webhook"}""", "name", "twice");
        await Refused(hub, Body(configuration: """{"url":"https://a.example","url":"https://b.example"}"""), "configuration", "");
        await Refused(hub, Body(more: ""","priority":1e400"""), "priority", "");
        await Refused(hub, Body(more: ""","priority":99999999999999999999"""), "priority", "");
        await Refused(hub, """{"scope_id":1,"name":"Mail","integration_type":"smtp","enabled":false,"configuration":{"port":1e30}}""", "configuration.port", "whole number");
        await Refused(hub, """{"scope_id":1,"name":"Mail","integration_type":"smtp","enabled":false,"configuration":{"port":-9223372036854775808}}""", "configuration.port", "");
        await Refused(hub, Body(configuration: """{"headers":{"a":"\ud800"}}"""), "configuration.headers", "valid Unicode");
        await Refused(hub, Body(configuration: """{"url":"https://user:password@example.com"}"""), "configuration.url", "without user name and password");
        foreach (var url in new[] { "javascript:alert(1)", "file:///etc/passwd", "//example.com", "https://", "https:// example.com", "gopher://example.com" })
            await Refused(hub, Body(configuration: JsonSerializer.Serialize(new { url })), "configuration.url", "must be an address");
        (await hub.Http.Get("integrations")).Expect(200).GetProperty("items").GetArrayLength().Should().Be(0);
    }

    [Test]
    public async Task No_value_makes_a_built_in_pattern_slow()
    {
        await using var hub = await HubFixture.Start(setup => setup.Workers = false);
        await using var scope = hub.Services.CreateAsyncScope();
        var schemas = await scope.ServiceProvider.GetRequiredService<IMediator>().Send(new AskSchemas());
        var fields = schemas.SelectMany(schema => schema.Fields).Where(field => field.Pattern is not null).ToArray();
        fields.Length.Should().BeGreaterThan(40);
        string[] parts = ["a", "0-", "a.", "A0_/", " =", "https://a."];
        foreach (var field in fields)
            foreach (var part in parts)
            {
                var value = JsonSerializer.SerializeToElement(string.Concat(Enumerable.Repeat(part, 40_000 / part.Length)) + "!\u00a7");
                var started = Stopwatch.GetTimestamp();
                FieldRules.Refusal(field, value, out _);
                Stopwatch.GetElapsedTime(started).Should().BeLessThan(TimeSpan.FromSeconds(3), $"{field.Name} with many '{part}'");
            }
    }

    [TestCase("http://127.0.0.1")]
    [TestCase("http://2130706433")]
    [TestCase("http://0177.0.0.1")]
    [TestCase("http://0x7f.1")]
    [TestCase("http://127.1")]
    [TestCase("http://0.0.0.0")]
    [TestCase("http://localhost")]
    [TestCase("http://[::1]")]
    [TestCase("http://[::ffff:127.0.0.1]")]
    [TestCase("http://[::ffff:7f00:1]")]
    [TestCase("http://[64:ff9b::7f00:1]")]
    [TestCase("http://169.254.169.254")]
    [TestCase("http://2852039166")]
    [TestCase("http://[fd00:ec2::254]")]
    [TestCase("http://10.0.0.1")]
    [TestCase("http://100.64.0.1")]
    [TestCase("http://192.168.1.1")]
    public async Task With_egress_closed_no_private_address_is_called_however_it_is_written(string url)
    {
        await using var hub = await HubFixture.Start(setup => (setup.Workers, setup.Settings["Hub:Egress:AllowedNetworks"]) = (false, ""));
        foreach (var (type, configuration) in new (string, object)[]
        {
            ("webhook", new { direction = "outbound", url, auth_type = "bearer", auth_token = "egress-closed-token" }),
            ("openai", new { base_url = url, api_key = "sk-egress-closed-token-0001" }),
            ("jira", new { base_url = url, email = "a@example.com", api_token = "egress-closed-token" }),
        })
        {
            var tested = (await hub.Http.Post("integrations/test", new { scope_id = 1, integration_type = type, configuration })).Expect(200);
            (tested.GetProperty("success").GetBoolean(), tested.GetProperty("reason").GetString()).Should().Be((false, "config"), tested.ToString());
            tested.GetProperty("message").GetString().Should().Contain("Hub__Egress__AllowedNetworks");
        }
    }

    [Test]
    public async Task A_redirect_to_a_metadata_address_is_not_followed_and_an_endless_answer_is_cut()
    {
        await using var server = new EndlessServer();
        await using var hub = await HubFixture.Start(setup => setup.Workers = false);
        async Task<JsonElement> Test(string url) => (await hub.Http.Post("integrations/test", new
        {
            scope_id = 1, integration_type = "openai", configuration = new { base_url = url, api_key = "sk-endless-answer-token-0001" },
        })).Expect(200);

        var redirected = await Test(server.Url + "/away");
        redirected.GetProperty("success").GetBoolean().Should().BeFalse();
        redirected.GetProperty("message").GetString().Should().Contain("redirect");
        var before = GC.GetTotalAllocatedBytes();
        var endless = await Test(server.Url);
        (endless.GetProperty("success").GetBoolean(), endless.GetProperty("reason").GetString()).Should().Be((false, "provider_error"), endless.ToString());
        endless.GetProperty("message").GetString().Should().Contain("larger than");
        server.Sent.Should().BeInRange(1024 * 1024, 64 * 1024 * 1024, "the hub hung up");
        TestContext.Out.WriteLine($"{server.Sent / 1024} KB were sent, {(GC.GetTotalAllocatedBytes() - before) / 1024} KB allocated by everything in this process");
    }

    /// <summary>Redirects /away to a metadata address and answers everything else with 200 and 2 GB of spaces, on a bare socket that knows how much was taken.</summary>
    private sealed class EndlessServer : IAsyncDisposable
    {
        private readonly TcpListener listener = new(IPAddress.Loopback, 0);
        private readonly Task serving;
        private long sent;

        public EndlessServer()
        {
            listener.Start();
            serving = Serve();
        }

        public string Url => $"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}";

        public long Sent => Interlocked.Read(ref sent);

        public async ValueTask DisposeAsync()
        {
            listener.Dispose();
            await serving;
        }

        private async Task Serve()
        {
            try
            {
                while (true)
                {
                    using var client = await listener.AcceptTcpClientAsync();
                    await Answer(client.GetStream());
                }
            }
            catch (Exception stopped) when (stopped is SocketException or ObjectDisposedException)
            {
                // The test is over.
            }
        }

        private async Task Answer(NetworkStream stream)
        {
            var request = new byte[64 * 1024];
            var read = await stream.ReadAsync(request);
            var away = Encoding.ASCII.GetString(request, 0, read).Contains(" /away", StringComparison.Ordinal);
            await stream.WriteAsync(Encoding.ASCII.GetBytes(away
                ? "HTTP/1.1 302 Found\r\nLocation: http://169.254.169.254/latest/meta-data/\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
                : "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n"));
            var spaces = Encoding.ASCII.GetBytes(new string(' ', 64 * 1024));
            try
            {
                while (!away && Sent < 2L * 1024 * 1024 * 1024)
                {
                    await stream.WriteAsync(spaces);
                    Interlocked.Add(ref sent, spaces.Length);
                }
            }
            catch (IOException)
            {
                // Hung up on, as it should be.
            }
        }
    }
}
