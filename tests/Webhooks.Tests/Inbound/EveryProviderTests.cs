using System.Globalization;
using System.Net.Sockets;
using System.Text;
using Dapper;
using FluentAssertions;
using Hub.TestHarness;
using Hub.Webhooks.Inbound;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using NUnit.Framework;

namespace Hub.Webhooks.Tests.Inbound;

/// <summary>Every provider against configured integrations of one hub, byte by byte over a socket: what it sends is taken, and nothing that differs from it.</summary>
internal sealed class EveryProviderTests
{
    private const string PublicUrl = "https://hub.example.com";
    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeSeconds(1_700_000_000);
    private static readonly Dictionary<string, (long Id, string Path)> Targets = [];
    private static HubFixture hub = null!;
    private static int deliveries;

    [OneTimeSetUp]
    public static async Task Configure()
    {
        hub = await HubFixture.Start(setup =>
        {
            setup.Workers = false;
            setup.Time = new FakeTime(Now);
            setup.Settings["Hub:PublicUrl"] = PublicUrl;
        });
        var project = await hub.CreateProject();
        foreach (var provider in Provider.All)
            foreach (var silent in new[] { false, true })
            {
                var configuration = new Dictionary<string, object>(provider.Settings);
                if (!silent)
                    configuration[provider.SecretField] = provider.Secret;
                var name = provider.Name + (silent ? " without a secret" : "");
                var answer = (await hub.Http.Post("integrations", new { scope_id = project, name, integration_type = provider.Type, configuration })).Expect(201);
                Targets[name] = (answer.GetProperty("id").GetInt64(), answer.GetProperty("webhook_url").GetString()!);
            }
    }

    [OneTimeTearDown]
    public static async Task Stop() => await hub.DisposeAsync();

    [TestCaseSource(typeof(Provider), nameof(Provider.All))]
    public async Task What_it_sends_is_taken_and_whatever_differs_is_not(object which)
    {
        var provider = (Provider)which;
        var (integration, path) = Targets[provider.Name];
        var good = Delivery(provider, path);
        (await Send(path, good)).Should().BeOneOf([200, 202], "it was sent as {0} sends", provider);
        var taken = await One<(string EventType, string DeliveryId)>("select event_type, delivery_id from webhooks.inbox_events where integration_id = @integration", new { integration });
        taken.EventType.Should().Be(provider.EventType);
        (taken.DeliveryId.Contains(good.Id, StringComparison.Ordinal) || taken.DeliveryId.StartsWith("sha256:", StringComparison.Ordinal)).Should().BeTrue();

        var accepted = 1;
        foreach (var (what, delivery, fine) in Variants(provider, path))
        {
            var status = await Send(path, delivery);
            if (fine)
                status.Should().BeOneOf([200, 202], what);
            else
                status.Should().Be(401, what);
            accepted += fine ? 1 : 0;
        }

        var (silent, silentPath) = Targets[provider.Name + " without a secret"];
        (await Send(silentPath, Delivery(provider, silentPath, secret: ""))).Should().Be(401, "an empty secret signs for anyone");

        (await One<int>("select count(*)::int from webhooks.inbox_events where integration_id = any(@ids)", new { ids = new[] { integration, silent } })).Should().Be(accepted);
        var refused = Variants(provider, path).Count(variant => !variant.Fine) + 1;
        await HubFixture.Eventually(async () =>
        {
            await hub.Services.GetRequiredService<Rejections>().Tick(CancellationToken.None);
            return await One<int>("select coalesce(sum(count), 0)::int from webhooks.rejections where integration_id = any(@ids)", new { ids = new[] { integration, silent } });
        }, count => count >= refused, $"{refused} refusals of {provider} are counted");
    }

    private sealed record Request(string Id, byte[] Body, (string Name, string Value)[] Headers)
    {
        public string Signature => Headers[0].Value;

        public Request Signed(string value) => this with { Headers = [(Headers[0].Name, value), .. Headers[1..]] };
    }

    private static IEnumerable<(string What, Request Delivery, bool Fine)> Variants(Provider provider, string path)
    {
        var good = Delivery(provider, path);
        yield return ("without its proof", good with { Headers = good.Headers[1..] }, false);
        yield return ("with an empty proof", good.Signed(""), false);
        yield return ("with another prefix", good.Signed("v9" + good.Signature), false);
        yield return ("cut off", good.Signed(good.Signature[..^1]), false);
        yield return ("with its proof twice", good with { Headers = [good.Headers[0], .. good.Headers] }, false);
        yield return ("with another secret", Delivery(provider, path, secret: "x" + provider.Secret[1..]), provider.Secret.StartsWith("whpk_", StringComparison.Ordinal));
        if (provider.Hex)
        {
            var at = good.Signature.LastIndexOf('=') + 1;
            yield return ("in upper case", good.Signed(good.Signature[..at] + good.Signature[at..].ToUpperInvariant()), false);
        }

        if (provider.Separator is { } separator)
        {
            var junk = good.Signature[..4] + "AAAA";
            yield return ("with a bad one before the good one", good.Signed(junk + separator + good.Signature), true);
            yield return ("with bad ones only", good.Signed(junk + separator + junk), false);
        }
        else
        {
            yield return ("with two in one", good.Signed("AAAA " + good.Signature), false);
        }

        if (provider.CoversBody)
        {
            yield return ("with a changed byte", good with { Body = [.. good.Body[..^2], (byte)(good.Body[^2] ^ 1), good.Body[^1]] }, false);
            yield return ("with other line ends", good with { Body = Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(good.Body).Replace("\n", "\r\n", StringComparison.Ordinal)) }, false);
            yield return ("with a mark before it", good with { Body = [.. Encoding.UTF8.Preamble, .. good.Body] }, false);
        }

        if (provider.Tolerance is { } seconds)
            foreach (var (off, fine) in new[] { (seconds, true), (-seconds, true), (seconds + 1, false), (-seconds - 1, false) })
                yield return ($"{off} seconds off", Delivery(provider, path, Now.AddSeconds(off)), fine);
    }

    private static Request Delivery(Provider provider, string path, DateTimeOffset? at = null, string? secret = null)
    {
        var (id, time) = ($"d{Interlocked.Increment(ref deliveries):0000}", at ?? Now);
        var body = provider.BodyOf(id, time);
        return new Request(id, body, provider.Sign(new Provider.Sent(body, PublicUrl + path, secret ?? provider.Secret, id, time)));
    }

    // A client library would join or drop what is sent twice.
    private static async Task<int> Send(string path, Request request)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(hub.Url.Host, hub.Url.Port);
        await using var stream = client.GetStream();
        var head = new StringBuilder($"POST {path} HTTP/1.1\r\nHost: {hub.Url.Authority}\r\nContent-Type: application/json\r\nConnection: close\r\n")
            .Append(CultureInfo.InvariantCulture, $"Content-Length: {request.Body.Length}\r\n");
        foreach (var (name, value) in request.Headers)
            head.Append(CultureInfo.InvariantCulture, $"{name}: {value}\r\n");
        await stream.WriteAsync((byte[])[.. Encoding.ASCII.GetBytes(head.Append("\r\n").ToString()), .. request.Body]);
        using var reader = new StreamReader(stream);
        return int.Parse((await reader.ReadLineAsync())!.Split(' ')[1], CultureInfo.InvariantCulture);
    }

    private static async Task<T> One<T>(string sql, object args)
    {
        await using var connection = new NpgsqlConnection(hub.ConnectionString);
        return await connection.QuerySingleAsync<T>(sql, args);
    }
}
