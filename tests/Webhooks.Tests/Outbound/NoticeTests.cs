using System.Text.Json;
using FluentAssertions;
using Hub.TestHarness;
using Hub.Webhooks.Notices;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;

namespace Hub.Webhooks.Tests.Outbound;

public sealed class NoticeTests
{
    private OutboundHub outbound = null!;

    [SetUp]
    public async Task Start() => outbound = await OutboundHub.Start();

    [TearDown]
    public async Task Stop() => await outbound.DisposeAsync();

    [Test]
    public async Task An_owner_is_mailed_once_at_each_turn_and_not_flooded_and_other_endpoints_are_told()
    {
        await using var mail = await MailDev.Start();
        var watcher = await Receiver.Start();
        await using var _ = watcher;
        await outbound.Endpoint(new { url = watcher.Url, event_types = new[] { "endpoint.*" } });
        var endpoint = await outbound.Endpoint(new { url = outbound.Receiver.Url + "?token=hidden", event_types = new[] { "invoice.paid" }, contact_email = "ann@example.com", description = "Billing" });
        endpoint.GetProperty("contact_email").GetString().Should().Be("ann@example.com");

        await Turn(500, 3);
        await Mailed(0, "no mail integration serves the scope yet");
        (await outbound.Http.Post("integrations", new
        {
            scope_id = outbound.Tenant, name = "Mail", integration_type = "smtp",
            configuration = new { host = "127.0.0.1", port = mail.Port, security = "none", auth_type = "none", from_address = "hub@example.com" },
        })).Expect(201);
        outbound.Time.Advance(TimeSpan.FromMinutes(2));
        var first = (await Mailed(1)).Single();
        first.GetProperty("subject").GetString().Should().Be("Webhooks to 127.0.0.1 are failing");
        first.GetProperty("text").GetString().Should().Contain("Billing").And.Contain("3 messages").And.Contain("HTTP 500").And.Contain("Failing since: 2026-11-21 12:00:00 UTC").And.NotContain("hidden");

        await Turn(500, 2);
        (await Mailed(2))[1].GetProperty("subject").GetString().Should().Be("Webhooks to 127.0.0.1 are held back");
        outbound.Time.Advance(TimeSpan.FromSeconds(31));
        await Turn(204, 0);
        (await Mailed(3))[2].GetProperty("subject").GetString().Should().Be("Webhooks to 127.0.0.1 arrive again");

        for (var i = 0; i < 3; i++)
        {
            await Turn(500, 5);
            outbound.Time.Advance(TimeSpan.FromSeconds(31));
            await Turn(204, 0);
        }

        await Mailed(3, "an hour has not passed");
        await Turn(500, 5);
        outbound.Time.Advance(TimeSpan.FromHours(1));
        (await Mailed(5)).Skip(3).Select(one => one.GetProperty("subject").GetString())
            .Should().BeEquivalentTo("Webhooks to 127.0.0.1 are failing", "Webhooks to 127.0.0.1 are held back");

        await Turn(410, 0);
        (await Mailed(6))[5].GetProperty("text").GetString().Should().Contain("410").And.Contain("/recover");
        watcher.Messages.Select(message => JsonElement.Parse(message.Body).GetProperty("type").GetString()).Distinct()
            .Should().BeEquivalentTo("endpoint.failing", "endpoint.breaker_opened", "endpoint.recovered", "endpoint.disabled");
        watcher.Messages.Should().OnlyContain(message => !message.Body.Contains("hidden"));
        outbound.Receiver.Messages.Should().OnlyContain(message => message.Body.Contains("invoice.paid"), "it is not told of its own troubles");

        async Task Turn(int status, int publish)
        {
            outbound.Receiver.Answer = _ => (status, null);
            for (var i = 0; i < publish; i++)
            {
                await outbound.Publish(payload: new { i });
                await outbound.Round();
            }

            await outbound.Deliver();
        }

        async Task<IReadOnlyList<JsonElement>> Mailed(int count, string because = "")
        {
            var worker = outbound.Hub.Services.GetRequiredService<NoticeWorker>();
            while (await worker.Tick(CancellationToken.None) > 0)
            {
            }

            var mails = await HubFixture.Eventually(mail.Mail, all => all.Count >= count, "mails arrived");
            mails.Should().HaveCount(count, because);
            return mails;
        }
    }

    [Test]
    public void The_path_of_an_address_is_not_told() => OwnerNews.WithoutPath("hooks.example.com/T0/secret did not answer completely within 15 s.", new Uri("https://hooks.example.com/T0/secret"))
        .Should().Be("hooks.example.com did not answer completely within 15 s.");

    [TestCase("not an address")]
    [TestCase("Ann <ann@example.com>")]
    [TestCase("ann@example.com, bob@example.com")]
    public async Task A_contact_is_one_bare_address(string address) =>
        (await outbound.Http.Post("webhooks/endpoints", new { scope_id = outbound.Tenant, url = "https://example.com", contact_email = address })).Expect(400)
            .GetProperty("errors").EnumerateObject().Should().ContainSingle().Which.Name.Should().Be("contact_email");
}
