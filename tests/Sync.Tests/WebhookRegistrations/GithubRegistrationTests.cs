using System.Text.Json;
using FluentAssertions;
using Hub.FakeGithub;
using Hub.Fakes;
using Hub.Sync.Tests.Github;
using Hub.Sync.WebhookRegistrations;
using Hub.TestHarness;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;

namespace Hub.Sync.Tests.WebhookRegistrations;

/// <summary>Whatever is done to the webhook at GitHub, it is as wanted again after the next look.</summary>
public sealed class GithubRegistrationTests
{
    private const string HooksPath = "/repos/acme/shop/hooks";
    private HookHub hub = null!;

    [SetUp]
    public async Task Start() => hub = await HookHub.Start();

    [TearDown]
    public async Task Stop() => await hub.DisposeAsync();

    [Test]
    public async Task It_is_registered_signed_with_the_address_of_the_hub_and_shows_no_secret()
    {
        (await hub.Look()).Text("state").Should().Be("unmanaged", "nobody asked for it");
        hub.Hooks.All.Should().BeEmpty();
        var kept = await hub.Keep();
        var hook = hub.Hooks.All.Single();
        (hook.Url, hook.Secret).Should().Be((HookHub.Away + await hub.Path(), HookHub.Secret));
        (hook.ContentType, hook.InsecureSsl, hook.Active).Should().Be(("json", "0", true));
        hook.Events.Should().BeEquivalentTo(GithubHooks.Events);
        (kept.Text("state"), kept.Text("kind"), kept.Text("last_repair"), kept.GetProperty("active").GetBoolean()).Should().Be(("repaired", "github", "registered", true));
        kept.GetProperty("problem").ValueKind.Should().Be(JsonValueKind.Null);
        kept.GetRawText().Should().NotContain(HookHub.Secret).And.NotContain("/webhooks/in/").And.NotContain($"{hook.Id}");
        (await hub.Audit()).Should().Equal("system: created");
        hub.Github.Requests.Clear();
        (await hub.LookNextHour()).Text("state").Should().Be("ok");
        hub.Github.Requests.All.Should().OnlyContain(request => request.Method == "GET", "nothing was to be done");
        (await hub.Runs()).Should().BeEmpty("of what was never read nothing is missing");
    }

    [TestCase("deleted", "registered again, because it was gone")]
    [TestCase("switched off", "it was switched off")]
    [TestCase("deaf", "its events had been changed")]
    public async Task What_was_done_to_it_is_undone_and_what_it_did_not_tell_of_is_read(string deed, string repair)
    {
        await hub.Keep();
        await hub.Synchronised();
        var id = hub.Hooks.All.Single().Id;
        if (deed == "deleted")
            hub.Hooks.Delete(id);
        else
            hub.Hooks.Update(id, hook => deed == "deaf" ? hook with { Events = ["push"] } : hook with { Active = false });
        var mended = await hub.LookNextHour();
        (mended.Text("state"), mended.Text("last_repair")).Should().Be(("repaired", repair));
        var hook = hub.Hooks.All.Single();
        (hook.Active, hook.Secret).Should().Be((true, HookHub.Secret));
        hook.Events.Should().BeEquivalentTo(GithubHooks.Events);
        (await hub.Runs()).Should().ContainSingle().Which.Should().StartWith("incremental: webhook registration: the webhook");
        (await hub.Audit()).Should().Equal("system: created", deed == "deleted" ? "system: created" : "system: changed");
    }

    [Test]
    public async Task Another_address_another_form_and_unchecked_certificates_are_set_right()
    {
        await hub.Keep();
        hub.Hooks.Update(hub.Hooks.All.Single().Id, hook => hook with
        {
            Url = "http://127.0.0.1:9/elsewhere", ContentType = "form", InsecureSsl = "1", Secret = null,
        });
        (await hub.LookNextHour()).Text("last_repair").Should()
            .Be("its address was another one; it sent forms instead of JSON; it did not check certificates; it had no secret");
        var hook = hub.Hooks.All.Single();
        (hook.Url, hook.Secret, hook.ContentType, hook.InsecureSsl).Should().Be((HookHub.Away + await hub.Path(), HookHub.Secret, "json", "0"));
    }

    [Test]
    public async Task A_new_secret_and_a_new_address_are_handed_over_at_once()
    {
        await hub.Keep();
        await hub.Configure(new { webhook_secret = "another-hook-secret-2" });
        (await hub.Look()).Text("last_repair").Should().Be("its secret may have been another one");
        hub.Hooks.All.Single().Secret.Should().Be("another-hook-secret-2");
        (await hub.Http.Post($"integrations/{hub.Inner.Integration}/rotate-webhook-token")).Expect(200);
        (await hub.Look()).Text("last_repair").Should().Be("its address was another one");
        var hook = hub.Hooks.All.Single();
        (hook.Url, hook.Secret).Should().Be((HookHub.Away + await hub.Path(), "another-hook-secret-2"));
    }

    [Test]
    public async Task One_that_is_there_already_is_taken_over_and_a_second_one_with_its_address_goes()
    {
        var url = HookHub.Away + await hub.Path();
        var first = hub.Hooks.Create(url, "by hand", "push");
        hub.Hooks.Create(url, "by hand", "issues");
        var foreign = hub.Hooks.Create("http://127.0.0.1:9/somebody-else", "theirs");
        (await hub.Keep()).Text("last_repair").Should().StartWith("removed from").And.Contain("a second time").And.EndWith("its secret may have been another one");
        hub.Hooks.All.Select(hook => hook.Id).Should().BeEquivalentTo([first.Id, foreign.Id]);
        (hub.Hooks.Find(first.Id)!.Secret, hub.Hooks.Find(foreign.Id)!.Secret).Should().Be((HookHub.Secret, "theirs"));
    }

    [TestCase(403)]
    [TestCase(404)]
    public async Task Without_the_right_it_says_what_the_token_needs_and_asks_again_in_an_hour(int status)
    {
        hub.Github.Faults.Always(HooksPath, status == 403 ? Fault.Forbidden() : Fault.Problem(404, "Not Found"));
        var refused = await hub.Keep();
        (refused.Text("state"), refused.Text("reason")).Should().Be(("problem", "permission"));
        refused.Text("problem").Should().Contain("admin:repo_hook").And.Contain("Webhooks: read and write").And.NotContain("/webhooks/in/");
        var wait = refused.GetProperty("next_check_at").GetDateTimeOffset() - hub.Time.GetUtcNow();
        wait.Should().BeCloseTo(TimeSpan.FromHours(1), TimeSpan.FromMinutes(7));
        var health = (await hub.Http.Get($"integrations/{hub.Inner.Integration}/health")).Expect(200);
        health.Text("webhook_problem").Should().Be(refused.Text("problem"));
        health.Text("health_status").Should().NotBe("error", "the credential itself works");
        hub.Github.Faults.Clear();
        (await hub.LookNextHour()).Text("state").Should().Be("repaired");
        (await hub.Http.Get($"integrations/{hub.Inner.Integration}/health")).Expect(200).GetProperty("webhook_problem").ValueKind.Should().Be(JsonValueKind.Null);
    }

    [Test]
    public async Task A_failing_GitHub_is_asked_ever_less_often_and_then_it_goes_on()
    {
        hub.Github.Faults.Always(HooksPath, Fault.Problem(502));
        var failed = await hub.Keep();
        var waits = new List<TimeSpan>();
        for (var i = 0; i < 5; i++)
        {
            (failed.Text("state"), failed.Text("reason")).Should().Be(("problem", "provider_error"));
            waits.Add(failed.GetProperty("next_check_at").GetDateTimeOffset() - hub.Time.GetUtcNow());
            failed = await hub.LookAfter(waits[^1]);
        }

        waits.Zip(waits.Skip(1)).Should().OnlyContain(pair => pair.Second > pair.First * 1.9);
        hub.Github.Faults.Clear();
        (await hub.LookNextHour()).Text("state").Should().Be("repaired");
    }

    [Test]
    public async Task A_repository_that_is_full_of_webhooks_says_so()
    {
        for (var i = 0; i < 20; i++)
            hub.Hooks.Create($"http://127.0.0.1:9/{i}", null);
        (await hub.Keep()).Text("problem").Should().Contain("20 webhooks");
        hub.Hooks.All.Should().HaveCount(20);
    }

    [Test]
    public async Task A_registration_whose_answer_was_lost_is_found_and_not_made_again()
    {
        // The list is answered, then the registration breaks off after it was done.
        hub.Github.Faults.Next(HooksPath, Fault.Slow(TimeSpan.Zero));
        hub.Github.Faults.Next(HooksPath, Fault.Drop);
        (await hub.Keep()).Text("reason").Should().Be("network");
        hub.Hooks.All.Should().ContainSingle();
        (await hub.LookAfter(TimeSpan.FromMinutes(2))).Text("state").Should().Be("repaired");
        hub.Hooks.All.Should().ContainSingle();
    }

    [Test]
    public async Task However_many_hubs_look_it_is_registered_once()
    {
        await using var second = await HubFixture.Start(setup =>
        {
            (setup.Time, setup.Workers, setup.ConnectionString) = (hub.Time, false, hub.Hub.ConnectionString);
            setup.Settings["Hub:PublicUrl"] = HookHub.Away;
        });
        await hub.Configure(new { manage_webhook = true });
        var workers = new[] { hub.Worker, second.Services.GetRequiredService<RegistrationWorker>() };
        var worked = await Task.WhenAll(Enumerable.Range(0, 12).Select(i => workers[i % 2].Tick(default)));
        worked.Sum().Should().Be(1);
        hub.Hooks.All.Should().ContainSingle();
        (await hub.Audit()).Should().Equal("system: created");
    }

    [Test]
    public async Task Switched_off_it_is_taken_away_and_a_disabled_integration_calls_nobody()
    {
        await hub.Keep();
        (await hub.Http.Patch($"integrations/{hub.Inner.Integration}/status", new { enabled = false })).Expect(200);
        hub.Github.Requests.Clear();
        (await hub.Look()).Text("state").Should().Be("unmanaged");
        hub.Github.Requests.All.Should().BeEmpty();
        (await hub.Http.Post($"integrations/{hub.Inner.Integration}/webhook-registration/check")).Expect(409);
        (await hub.Http.Patch($"integrations/{hub.Inner.Integration}/status", new { enabled = true })).Expect(200);
        (await hub.Look()).Text("state").Should().Be("ok");
        await hub.Configure(new { manage_webhook = false });
        var off = await hub.Look();
        off.Text("state").Should().Be("unmanaged");
        (off.GetProperty("kind").ValueKind, off.GetProperty("next_check_at").ValueKind).Should().Be((JsonValueKind.Null, JsonValueKind.Null));
        hub.Hooks.All.Should().BeEmpty();
        (await hub.Audit()).Should().Equal("system: created", "system: removed");
    }

    [Test]
    public async Task Without_a_secret_none_is_registered_and_only_managers_have_it_looked_at()
    {
        await hub.Http.Patch($"integrations/{hub.Inner.Integration}", """{"configuration":{"webhook_secret":null}}""");
        (await hub.Keep()).Text("problem").Should().Contain("webhook secret");
        hub.Hooks.All.Should().BeEmpty();
        var viewer = await hub.Hub.ClientWith("viewer", hub.Inner.Project);
        var place = $"integrations/{hub.Inner.Integration}/webhook-registration";
        (await viewer.Get(place)).Expect(200).Text("state").Should().Be("problem");
        (await viewer.Post($"{place}/check")).Expect(403);
        var stranger = await hub.Hub.ClientWith("manager", await hub.Hub.CreateScope("tenant", "Stranger"));
        (await stranger.Get(place)).Expect(404);
        (await stranger.Post($"{place}/check")).Expect(404);
        await hub.Configure(new { webhook_secret = HookHub.Secret });
        hub.Hooks.All.Should().BeEmpty("nobody looked yet");
        (await hub.Http.Post($"{place}/check")).Expect(202);
        (await hub.Look()).Text("state").Should().Be("repaired");
    }
}
