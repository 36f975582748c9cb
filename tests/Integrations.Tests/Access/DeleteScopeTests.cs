using System.Collections.Concurrent;
using FluentAssertions;
using Hub.Integrations.Contracts;
using Hub.SharedKernel.Data;
using Hub.TestHarness;
using MediatR;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;

namespace Hub.Integrations.Tests.Access;

public sealed class DeleteScopeTests
{
    private readonly HubFixture hub = AccessHub.Hub;

    [Test]
    public async Task An_empty_scope_goes()
    {
        var id = await hub.CreateScope("team", "Short-lived", await AccessHub.Tenant());
        (await hub.Http.Delete($"scopes/{id}")).Expect(204);
        (await hub.Http.Get($"scopes/{id}")).Code(404).Should().Be("not_found");
        (await hub.Http.Delete($"scopes/{id}")).Expect(404);
        (await hub.Http.Patch($"scopes/{id}", new { name = "Ghost" })).Expect(404);
    }

    [Test]
    public async Task A_scope_with_others_below_goes_only_with_cascade()
    {
        var tenant = await AccessHub.Tenant();
        var team = await hub.CreateScope("team", "Team", tenant);
        var project = await hub.CreateScope("project", "Project", team);
        (await hub.Http.Delete($"scopes/{tenant}")).Code(409).Should().Be("scope_not_empty");
        (await hub.Http.Delete($"scopes/{tenant}?cascade=false")).Expect(409);
        (await hub.Http.Get($"scopes/{project}")).Expect(200);

        (await hub.Http.Delete($"scopes/{tenant}?cascade=true")).Expect(204);
        foreach (var id in new[] { tenant, team, project })
            (await hub.Http.Get($"scopes/{id}")).Expect(404);
    }

    [Test]
    public async Task A_scope_with_integrations_goes_only_with_cascade_and_takes_them_along()
    {
        var tenant = await AccessHub.Tenant();
        var project = await hub.CreateScope("project", "Project", tenant);
        var integration = (await hub.Http.Post("integrations", new
        {
            scope_id = project, name = "Hook", integration_type = "webhook", configuration = new { url = "https://example.com/hook" },
        })).Expect(201).GetProperty("id").GetInt64();
        using var manager = await hub.ClientWith("manager", tenant);
        (await manager.Delete($"projects/{project}")).Code(409).Should().Be("scope_not_empty");
        (await manager.Get($"integrations/{integration}")).Expect(200);
        (await manager.Delete($"projects/{project}?cascade=true")).Expect(204);
        (await manager.Get($"integrations/{integration}")).Expect(404);
    }

    [Test]
    public async Task The_keys_of_everything_below_stop_to_work_and_others_go_on()
    {
        var tenant = await AccessHub.Tenant();
        var team = await hub.CreateScope("team", "Team", tenant);
        var project = await hub.CreateScope("project", "Project", team);
        using var ofTenant = await hub.ClientWith("viewer", tenant);
        using var ofTeam = await hub.ClientWith("admin", team);
        using var ofProject = await hub.ClientWith("viewer", project);
        (await ofProject.Get("me")).Expect(200);

        (await hub.Http.Delete($"scopes/{team}?cascade=true")).Expect(204);
        (await ofTeam.Get("me")).Code(401).Should().Be("invalid_credentials");
        (await ofProject.Get("me")).Expect(401);
        (await ofTenant.Get("me")).Expect(200);
    }

    [Test]
    public async Task Everything_that_went_is_in_the_audit_log()
    {
        var tenant = await AccessHub.Tenant();
        var team = await hub.CreateScope("team", "Audited", tenant);
        var project = await hub.CreateScope("project", "Inside", team);
        var key = (await hub.Http.Post("keys", new { name = "Inside", role = "viewer", scope_id = project })).Expect(201).GetProperty("id").GetInt64();
        (await hub.Http.Delete($"scopes/{team}?cascade=true")).Expect(204);

        using var auditor = await hub.ClientWith("viewer", tenant);
        var entries = (await auditor.Get("audit?action=scope.deleted")).Expect(200).GetProperty("items").EnumerateArray().ToArray();
        entries.Select(entry => entry.GetProperty("target_id").GetString()).Should().BeEquivalentTo($"{team}", $"{project}");
        var revoked = (await auditor.Get("audit?action=key.revoked")).Expect(200).GetProperty("items").EnumerateArray().Single();
        revoked.GetProperty("target_id").GetString().Should().Be($"{key}");
        revoked.GetProperty("trace_id").GetString().Should().Be(entries[0].GetProperty("trace_id").GetString());
    }

    [Test]
    public async Task Scopes_that_are_made_while_their_ancestor_is_deleted_are_in_nobodys_way()
    {
        for (var round = 0; round < 5; round++)
        {
            var tenant = await AccessHub.Tenant();
            var team = await hub.CreateScope("team", "Team", tenant);
            var deep = await hub.CreateScope("team", "Deep", team);
            var creations = Enumerable.Range(0, 8).Select(i => hub.Http.Post("scopes", new { kind = "project", name = $"P{i}", parent_id = deep }));
            var keys = Enumerable.Range(0, 4).Select(i => hub.Http.Post("keys", new { name = $"K{i}", role = "viewer", scope_id = deep }));
            var deletion = hub.Http.Delete($"scopes/{team}?cascade=true");
            var answers = await Task.WhenAll([.. creations, .. keys]);

            (await deletion).Expect(204);
            answers.Should().OnlyContain(answer => answer.Status == 201 || answer.Status == 404);
            (await hub.Http.Get($"scopes?parent_id={deep}")).Expect(200).Ids().Should().BeEmpty();
            using var admin = await hub.ClientWith("admin", tenant);
            (await admin.Get("keys")).Expect(200).Ids().Should().ContainSingle("only the asking key is left");
        }
    }

    [Test]
    public async Task Reactions_run_inside_the_transaction_and_can_undo_it()
    {
        var heard = new ConcurrentQueue<(ScopeDeleted Note, bool InTransaction)>();
        await using var own = await HubFixture.Start(setup =>
        {
            setup.Workers = false;
            setup.Services = services => services.AddScoped<INotificationHandler<ScopeDeleted>>(provider =>
                new Reaction(provider.GetRequiredService<Db>(), heard, fail: heard.IsEmpty));
        });
        var tenant = await own.CreateScope("tenant", "Watched");
        var team = await own.CreateScope("team", "Inside", tenant);

        (await own.Http.Delete($"scopes/{tenant}?cascade=true")).Expect(500);
        (await own.Http.Get($"scopes/{team}")).Expect(200);
        (await own.Http.Delete($"scopes/{tenant}?cascade=true")).Expect(204);
        heard.Should().HaveCount(2).And.OnlyContain(call => call.InTransaction && call.Note.ScopeId == tenant);
        heard.Last().Note.Path.Should().Equal(1, tenant);
    }

    private sealed class Reaction(Db db, ConcurrentQueue<(ScopeDeleted, bool)> heard, bool fail) : INotificationHandler<ScopeDeleted>
    {
        public Task Handle(ScopeDeleted notification, CancellationToken cancellationToken)
        {
            heard.Enqueue((notification, db.InTransaction));
            return fail ? Task.FromException(new InvalidDataException("The reaction fails.")) : Task.CompletedTask;
        }
    }
}
