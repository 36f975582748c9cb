using FluentAssertions;
using Hub.FakeGithub;
using Hub.Fakes;
using Hub.Sync.Tests.Github;
using Hub.Sync.WebhookRegistrations;
using Hub.TestHarness;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;

namespace Hub.Sync.Tests.WebhookRegistrations;

/// <summary>What a look finds is written by whoever still holds it, and what it cannot do now is done later.</summary>
public sealed class RegistrationClaimTests
{
    private HookHub hub = null!;

    [SetUp]
    public async Task Start() => hub = await HookHub.Start();

    [TearDown]
    public async Task Stop() => await hub.DisposeAsync();

    [Test]
    public async Task A_look_that_was_taken_over_writes_nothing()
    {
        await hub.Configure(new { manage_webhook = true });
        await using var slow = hub.Hub.Services.CreateAsyncScope();
        var claim = (await slow.ServiceProvider.GetRequiredService<RegistrationClaims>().Take(default))!;
        (await hub.Worker.Tick(default)).Should().Be(0, "it is held");
        hub.Time.Advance(TimeSpan.FromMinutes(11));
        var written = await hub.Look();
        written.Text("state").Should().Be("repaired");
        hub.Github.Faults.Always("/repos/acme/shop/hooks", Fault.Problem(502));
        await slow.ServiceProvider.GetRequiredService<RegistrationCheck>().Run(claim, default);
        (await hub.Registration()).GetRawText().Should().Be(written.GetRawText());
        (await hub.Audit()).Should().Equal("system: created");
    }

    [Test]
    public async Task What_changes_during_a_look_is_looked_at_after_it()
    {
        await hub.Configure(new { manage_webhook = true });
        await using var slow = hub.Hub.Services.CreateAsyncScope();
        var claim = (await slow.ServiceProvider.GetRequiredService<RegistrationClaims>().Take(default))!;
        await slow.ServiceProvider.GetRequiredService<RegistrationCheck>().Run(claim, default);
        (await hub.Worker.Tick(default)).Should().Be(0, "nothing changed");
        (await hub.Http.Post($"integrations/{hub.Inner.Integration}/webhook-registration/check")).Expect(202);
        claim = (await slow.ServiceProvider.GetRequiredService<RegistrationClaims>().Take(default))!;
        await hub.Configure(new { webhook_secret = "changed-while-looking-1" });
        await slow.ServiceProvider.GetRequiredService<RegistrationRecord>().Write(claim, new Findings(claim), CheckEnd.Kept, default);
        await hub.Look();
        hub.Hooks.All.Single().Secret.Should().Be("changed-while-looking-1");
    }

    [Test]
    public async Task Pointed_at_another_repository_it_moves_there_and_a_renamed_one_is_followed()
    {
        var other = hub.Github.Repositories.Create(new RepositorySeed("acme/other") { Commits = 1, Pulls = 0, Issues = 0 });
        await hub.Keep();
        await hub.Configure(new { repository = "acme/other" });
        (await hub.Look()).Text("last_repair").Should().Contain("the integration belongs to another repository now").And.EndWith("registered");
        hub.Hooks.All.Should().BeEmpty();
        var hook = other.Hooks.All.Single();
        hub.Github.Repositories.Rename("acme/other", "renamed");
        other.Hooks.Update(hook.Id, one => one with { Active = false });
        var mended = await hub.LookNextHour();
        (mended.Text("state"), mended.Text("last_repair")).Should().Be(("repaired", "it was switched off"), mended.GetRawText());
        other.Hooks.All.Single().Active.Should().BeTrue();
    }

    [Test]
    public async Task One_that_cannot_be_removed_is_tried_again_and_then_left_to_people()
    {
        await hub.Keep();
        var path = $"/repos/acme/shop/hooks/{hub.Hooks.All.Single().Id}";
        hub.Github.Faults.Next(path, Fault.Problem(503), 2);
        await hub.Configure(new { manage_webhook = false });
        var off = await hub.Look();
        (off.Text("state"), off.Text("problem")).Should().Be(
            ("unmanaged", "The webhook could not be removed; remove it there by hand. GitHub failed with status 503: Server Error"));
        await hub.LookAfter(TimeSpan.FromMinutes(2));
        hub.Hooks.All.Should().ContainSingle();
        await hub.LookAfter(TimeSpan.FromMinutes(3));
        hub.Hooks.All.Should().BeEmpty();
        (await hub.Registration()).GetProperty("problem").ValueKind.Should().Be(System.Text.Json.JsonValueKind.Null);
    }
}
