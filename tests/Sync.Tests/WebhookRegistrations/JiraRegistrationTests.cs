using System.Text.Json;
using FluentAssertions;
using Hub.FakeJira;
using Hub.Sync.WebhookRegistrations;
using Hub.TestHarness;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;

namespace Hub.Sync.Tests.WebhookRegistrations;

/// <summary>Jira's webhook is as wanted, and what nobody delivered is read by an incremental run.</summary>
public sealed class JiraRegistrationTests
{
    private const string Secret = "jira-kept-hook-secret";
    private FakeTime time = null!;
    private FakeJiraServer jira = null!;
    private JiraHub hub = null!;

    [SetUp]
    public void Wind() => time = new FakeTime(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));

    [TearDown]
    public async Task Stop()
    {
        await hub.DisposeAsync();
        await jira.DisposeAsync();
    }

    private async Task<JsonElement> Start(FakeJiraOptions options, bool keep = true)
    {
        jira = await FakeJiraServer.Start(options with { Clock = time, Issues = 4 });
        var settings = new Dictionary<string, string> { ["webhook_secret"] = Secret };
        if (options.OAuthApp)
            settings["jira_url"] = jira.GatewayUrl;
        hub = await JiraHub.Start(jira, setup =>
        {
            (setup.Time, setup.Workers) = (time, false);
            setup.Settings["Hub:PublicUrl"] = HookHub.Away;
        }, settings, force: options.OAuthApp);
        if (options.OAuthApp)
            await hub.Set("auth_type", "pat");
        await hub.Sql<int>(HookHub.Synchronise, new { id = hub.Integration, scope = hub.Project });
        return keep ? await Keep() : await Look();
    }

    private async Task<JsonElement> Keep()
    {
        (await hub.Http.Patch($"integrations/{hub.Integration}", new { configuration = new { manage_webhook = true } })).Expect(200);
        return await Look();
    }

    private async Task<JsonElement> Look()
    {
        var worker = hub.Hub.Services.GetRequiredService<RegistrationWorker>();
        while (await worker.Tick(default) > 0)
        {
        }

        return (await hub.Http.Get($"integrations/{hub.Integration}/webhook-registration")).Expect(200);
    }

    /// <summary>Somebody asks for a look.</summary>
    private async Task<JsonElement> LookNow()
    {
        (await hub.Http.Post($"integrations/{hub.Integration}/webhook-registration/check")).Expect(202);
        return await Look();
    }

    private async Task<string[]> Runs() =>
        [.. (await hub.Http.Get($"sync-runs?integration_id={hub.Integration}&status=queued")).Expect(200).GetProperty("items").EnumerateArray()
            .Select(run => run.Text("requested_by"))];

    private Task<int> ForgetRuns() => hub.Sql<int>("delete from sync.runs where status = 'queued'");

    private FakeJira.WebhookRegistration Hook => jira.Webhooks.Registry.All.Single();

    private async Task<string> Url() => HookHub.Away + (await hub.Http.Get($"integrations/{hub.Integration}")).Expect(200).Text("webhook_url");

    [TestCase(Deployment.Cloud, "", "jira_admin")]
    [TestCase(Deployment.Server, "9.12.2", "jira_admin")]
    [TestCase(Deployment.Server, "10.3.5", "jira_server")]
    public async Task It_is_registered_where_the_version_has_it_signed_and_for_the_projects_only(Deployment deployment, string version, string kind)
    {
        var kept = await Start(new FakeJiraOptions { Deployment = deployment, ServerVersion = version.Length == 0 ? "10.3.5" : version });
        (kept.Text("state"), kept.Text("kind")).Should().Be(("repaired", kind), kept.GetRawText());
        (Hook.Url, Hook.Secret, Hook.Jql, Hook.Enabled, Hook.ExcludeBody).Should().Be((await Url(), Secret, "project in (\"HUB\", \"PAY\")", true, false));
        Hook.Events.Should().BeEquivalentTo(JiraHook.AllEvents);
        (await Runs()).Should().Equal("webhook registration: the webhook was registered");
        await ForgetRuns();
        jira.Requests.Clear();
        (await LookNow()).Text("state").Should().Be("ok");
        jira.Requests.All.Should().OnlyContain(request => request.Method == "GET");
        (await Runs()).Should().BeEmpty();
        (await hub.Http.Patch($"integrations/{hub.Integration}", new { configuration = new { manage_webhook = false } })).Expect(200);
        (await Look()).Text("state").Should().Be("unmanaged");
        jira.Webhooks.Registry.All.Should().BeEmpty();
    }

    [TestCase("deleted", "registered again, because it was gone")]
    [TestCase("switched off", "it was switched off")]
    [TestCase("elsewhere", "its address was another one")]
    [TestCase("deaf", "its events had been changed")]
    [TestCase("narrowed", "its filter was another one")]
    public async Task What_was_done_to_it_is_undone_and_the_gap_is_read(string deed, string repair)
    {
        await Start(new FakeJiraOptions());
        await ForgetRuns();
        var registry = jira.Webhooks.Registry;
        _ = deed is "deleted" ? registry.Remove(Hook.Id) : registry.Change(Hook.Id, hook => deed switch
        {
            "switched off" => hook with { Enabled = false },
            "elsewhere" => hook with { Url = "http://127.0.0.1:9/elsewhere" },
            "deaf" => hook with { Events = ["jira:issue_created"] },
            _ => hook with { Jql = "project = PAY" },
        }) is not null;
        (await LookNow()).Text("last_repair").Should().Be(repair);
        (Hook.Url, Hook.Secret, Hook.Jql, Hook.Enabled).Should().Be((await Url(), Secret, "project in (\"HUB\", \"PAY\")", true));
        (await Runs()).Should().ContainSingle().Which.Should().StartWith("webhook registration: the webhook was");
    }

    [Test]
    public async Task A_new_secret_is_handed_over_twins_go_and_what_is_not_ours_stays()
    {
        await Start(new FakeJiraOptions());
        var theirs = jira.Webhooks.Registry.Add("http://127.0.0.1:9/theirs", hook => hook with { Name = "Theirs", Secret = "theirs" });
        jira.Webhooks.Registry.Add(await Url(), hook => hook with { Name = "By hand" });
        (await hub.Http.Patch($"integrations/{hub.Integration}", new { configuration = new { webhook_secret = "jira-kept-hook-secret-2" } })).Expect(200);
        (await Look()).Text("last_repair").Should().Be("its secret may have been another one; removed, because it delivered everything a second time");
        jira.Webhooks.Registry.All.Select(hook => (hook.Name, hook.Secret)).Should()
            .BeEquivalentTo([("Integration Hub", "jira-kept-hook-secret-2"), ("Theirs", "theirs")]);
        jira.Webhooks.Registry.Find(theirs.Id).Should().Be(theirs);
    }

    [Test]
    public async Task Without_an_administrator_it_says_so_and_what_is_missed_while_no_hub_is_there_is_read()
    {
        await Start(new FakeJiraOptions());
        await ForgetRuns();
        jira.Auth.Denied = ["ADMINISTER"];
        var refused = await LookNow();
        (refused.Text("state"), refused.Text("reason")).Should().Be(("problem", "permission"));
        refused.Text("problem").Should().Contain("Jira administrator").And.Contain("Only administrators can");
        (await Runs()).Should().BeEmpty();
        jira.Auth.Denied = [];
        time.Advance(TimeSpan.FromMinutes(50));
        (await Look()).Text("state").Should().Be("ok");
        (await Runs()).Should().ContainSingle().Which.Should()
            .StartWith("webhook registration: no hub was there to receive webhooks from 2026-03-01 12:00 to 2026-03-01 12:50");
    }

    [Test]
    public async Task While_another_run_is_live_the_gap_waits_for_its_end()
    {
        await Start(new FakeJiraOptions());
        (await Runs()).Should().ContainSingle();
        jira.Webhooks.Registry.Remove(Hook.Id);
        await LookNow();
        (await Runs()).Should().Equal("webhook registration: the webhook was registered");
        await ForgetRuns();
        for (var minutes = 0; minutes < 6; minutes++)
        {
            time.Advance(TimeSpan.FromMinutes(1));
            await Look();
        }

        (await Runs()).Should().Equal("webhook registration: the webhook was gone from Jira");
    }

    [Test]
    public async Task The_webhook_of_an_app_is_renewed_in_its_last_week_and_says_that_its_deliveries_are_refused()
    {
        var kept = await Start(new FakeJiraOptions { OAuthApp = true });
        (kept.Text("kind"), kept.Text("state"), kept.Text("last_repair")).Should().Be(("jira_dynamic", "problem", "registered"), kept.GetRawText());
        kept.Text("problem").Should().Contain("JWT");
        (Hook.IsDynamic, Hook.Url, Hook.Jql).Should().Be((true, await Url(), "project in (\"HUB\", \"PAY\")"));
        Hook.Events.Should().BeEquivalentTo(JiraHook.AppEvents);
        kept.GetProperty("expires_at").GetDateTimeOffset().Should().Be(time.GetUtcNow().AddDays(30));
        time.Advance(TimeSpan.FromDays(20));
        (await Look()).Text("last_repair").Should().Be("registered", "ten days are left");
        time.Advance(TimeSpan.FromDays(4));
        (await Look()).Text("last_repair").Should().Be("renewed for 30 days");
        Hook.Expires.Should().Be(time.GetUtcNow().AddDays(30));
        time.Advance(TimeSpan.FromDays(31));
        jira.Webhooks.Registry.All.Should().BeEmpty();
        (await Look()).Text("last_repair").Should().Be("registered again, because it was gone or not as wanted");
        Hook.Expires.Should().Be(time.GetUtcNow().AddDays(30));
    }
}
