using System.Text.Json;
using Dapper;
using FluentAssertions;
using Hub.Integrations.Contracts;
using Hub.TestHarness;
using MediatR;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using NUnit.Framework;

namespace Hub.Integrations.Tests;

public sealed class IntegrationsScopeTests
{
    private static async Task<long> Create(HttpClient http, long scope, string name, string type = "openai", int priority = 100, bool enabled = true) =>
        (await http.Post("integrations", new { scope_id = scope, name, integration_type = type, priority, enabled, configuration = Values(type) })).Expect(201).GetProperty("id").GetInt64();

    private static object Values(string type) => type == "openai" ? new { api_key = "sk-proj-scope-secret-0001" } : new { };

    private static string[] Items(JsonElement page, string member = "name") => [.. page.GetProperty("items").EnumerateArray().Select(item => item.GetProperty(member).ToString())];

    [Test]
    public async Task A_foreign_tenant_sees_404_everywhere()
    {
        await using var hub = await HubFixture.Start();
        var acme = await hub.CreateScope("tenant", "Acme");
        var project = await hub.CreateProject("Payments", acme);
        var id = await Create(hub.Http, project, "Hidden");
        var stranger = await hub.ClientWith("admin", await hub.CreateScope("tenant", "Other"));
        var asked = new[]
        {
            await stranger.Get($"integrations/{id}"),
            await stranger.Patch($"integrations/{id}", new { priority = 1 }),
            await stranger.Put($"integrations/{id}", """{"name":"X","configuration":{"api_key":"sk-proj-scope-secret-0002"}}"""),
            await stranger.Delete($"integrations/{id}"),
            await stranger.Patch($"integrations/{id}/status", new { enabled = false }),
            await stranger.Post($"integrations/{id}/test"),
            await stranger.Post($"integrations/{id}/rotate-webhook-token"),
            await stranger.Get($"integrations/{id}/health"),
            await stranger.Get($"integrations?scope_id={project}"),
            await stranger.Get($"integrations/resolve?integration_type=openai&scope_id={project}"),
            await stranger.Post("integrations", new { scope_id = project, name = "X", integration_type = "openai", configuration = Values("openai") }),
            await stranger.Post("integrations/test", new { scope_id = project, integration_type = "webhook", configuration = new { } }),
            await stranger.Get($"projects/{project}/jira-config"),
            await stranger.Post($"projects/{project}/jira-config", new { jira_url = "http://127.0.0.1:1", email = "a@b.c", api_key = "k", project_key = "K" }),
            await stranger.Post($"projects/{project}/jira-test-connection"),
            await stranger.Get($"projects/{project}/github-config"),
            await stranger.Post($"projects/{project}/github-config", new { repository = "a/b", access_token = "t" }),
        };
        asked.Select(answer => (answer.Response.RequestMessage!.RequestUri!.AbsolutePath, answer.Status)).Should().OnlyContain(seen => seen.Status == 404);
        (await stranger.Get("integrations")).Expect(200).GetProperty("items").GetArrayLength().Should().Be(0);
        (await stranger.Get("integrations/health")).Expect(200).GetProperty("counts").GetProperty("unknown").GetInt64().Should().Be(0);
        (await hub.Http.Get($"integrations/{id}")).Expect(200).GetProperty("version").GetInt64().Should().Be(1);
    }

    [Test]
    public async Task Viewers_read_without_the_webhook_address_and_change_nothing()
    {
        await using var hub = await HubFixture.Start();
        var tenant = await hub.CreateScope("tenant", "Acme");
        var id = await Create(hub.Http, tenant, "In", "webhook");
        var viewer = await hub.ClientWith("viewer", tenant);
        (await viewer.Get($"integrations/{id}")).Expect(200).GetProperty("webhook_url").ValueKind.Should().Be(JsonValueKind.Null);
        (await (await hub.ClientWith("manager", tenant)).Get($"integrations/{id}")).Expect(200).GetProperty("webhook_url").GetString().Should().StartWith("/api/v1/webhooks/in/");
        (await viewer.Patch($"integrations/{id}", new { priority = 1 })).Expect(403);
        (await viewer.Post($"integrations/{id}/test")).Expect(403);
        (await viewer.Delete($"integrations/{id}")).Expect(403);
    }

    [Test]
    public async Task The_nearest_active_integration_serves_a_scope()
    {
        await using var hub = await HubFixture.Start();
        var tenant = await hub.CreateScope("tenant", "Acme");
        var team = await hub.CreateScope("team", "Team", tenant);
        var project = await hub.CreateProject("Payments", team);
        var resolve = $"integrations/resolve?integration_type=openai&scope_id={project}";
        var none = (await hub.Http.Get(resolve)).Expect(404);
        (none.GetProperty("code").GetString(), none.GetProperty("detail").GetString()).Should().Be(("not_configured", "OpenAI integration not configured. Configure it at /integrations."));
        (await hub.Http.Get($"integrations/resolve?integration_type=smtp&scope_id={project}")).Expect(404).GetProperty("detail").GetString()
            .Should().Be("SMTP integration not configured. Configure it at /integrations.");
        (await hub.Http.Get("integrations/resolve?integration_type=smtp")).Expect(400);

        var platform = await Create(hub.Http, 1, "Platform");
        (await hub.Http.Get(resolve)).Expect(200).GetProperty("id").GetInt64().Should().Be(platform);
        var later = await Create(hub.Http, team, "Later", priority: 200);
        var first = await Create(hub.Http, team, "First", priority: 50);
        await Create(hub.Http, project, "Off", enabled: false);
        (await hub.Http.Get(resolve)).Expect(200).GetProperty("id").GetInt64().Should().Be(first);
        (await hub.Http.Patch($"integrations/{first}/status", new { enabled = false })).Expect(200);
        (await hub.Http.Get(resolve)).Expect(200).GetProperty("id").GetInt64().Should().Be(later);

        var viewer = await hub.ClientWith("viewer", project);
        var inherited = (await viewer.Get(resolve)).Expect(200);
        (inherited.GetProperty("id").GetInt64(), inherited.GetProperty("configuration").GetRawText()).Should().Be((later, "{}"), "what lies above a key's scope is used, not shown");
        (await viewer.Get($"integrations/{later}")).Expect(404);
    }

    [Test]
    public async Task A_list_is_filtered_paged_and_knows_what_is_inherited()
    {
        await using var hub = await HubFixture.Start();
        var tenant = await hub.CreateScope("tenant", "Acme");
        var project = await hub.CreateProject("Payments", tenant);
        await Create(hub.Http, 1, "Platform AI");
        await Create(hub.Http, tenant, "Tenant AI", enabled: false);
        await Create(hub.Http, project, "Project hook", "webhook");
        Items((await hub.Http.Get("integrations")).Expect(200)).Should().Equal("Platform AI", "Tenant AI", "Project hook");
        Items((await hub.Http.Get("integrations?q=ai")).Expect(200)).Should().Equal("Platform AI", "Tenant AI");
        Items((await hub.Http.Get("integrations?integration_type=webhook")).Expect(200)).Should().Equal("Project hook");
        Items((await hub.Http.Get("integrations?integration_category=ai&enabled=true")).Expect(200)).Should().Equal("Platform AI");
        Items((await hub.Http.Get("integrations?platform_name=openai&status=inactive&health_status=unknown")).Expect(200)).Should().Equal("Tenant AI");
        Items((await hub.Http.Get($"integrations?scope_id={tenant}")).Expect(200)).Should().Equal("Tenant AI");
        Items((await hub.Http.Get($"integrations?scope_id={project}&include_inherited=true")).Expect(200)).Should().Equal("Platform AI", "Tenant AI", "Project hook");
        var member = await hub.ClientWith("manager", project);
        Items((await member.Get("integrations")).Expect(200)).Should().Equal("Project hook");
        var seen = (await member.Get($"integrations?scope_id={project}&include_inherited=true")).Expect(200);
        Items(seen, "configuration").Should().Equal("{}", "{}", "{}");
        Items(seen, "webhook_url").Count(url => url.Length > 0).Should().Be(1);

        var page = (await hub.Http.Get("integrations?limit=2")).Expect(200);
        var next = page.GetProperty("next_cursor").GetString();
        Items((await hub.Http.Get($"integrations?limit=2&cursor={next}")).Expect(200)).Should().Equal("Project hook");
        (await hub.Http.Get($"integrations?limit=2&q=ai&cursor={next}")).Expect(400);
        (await hub.Http.Get("integrations?status=broken")).Expect(400);
        (await hub.Http.Get("integrations?q=%00")).Expect(400);
        (await hub.Http.Get("integrations?include_inherited=true")).Expect(400);
    }

    [Test]
    public async Task What_belongs_to_a_deleted_scope_goes_with_it()
    {
        var told = new List<IntegrationChanged>();
        await using var hub = await HubFixture.Start(setup => setup.Services = services => services.AddScoped<INotificationHandler<IntegrationChanged>>(_ => new Recorder(told)));
        var tenant = await hub.CreateScope("tenant", "Acme");
        var project = await hub.CreateProject("Payments", tenant);
        var gone = await Create(hub.Http, project, "Gone");
        var stays = await Create(hub.Http, 1, "Stays");
        (await hub.Http.Delete($"scopes/{tenant}?cascade=true")).Expect(204);
        (await hub.Http.Get($"integrations/{gone}")).Expect(404);
        (await hub.Http.Get($"integrations/{stays}")).Expect(200);
        told.Where(change => change.Change == IntegrationChange.Deleted).Should().ContainSingle().Which.Integration.Id.Should().Be(gone);
        Items((await hub.Http.Get($"audit?target_type=integration&target_id={gone}")).Expect(200), "action").Should().Contain("integration.deleted");
    }

    [Test]
    public async Task Others_are_told_of_every_change_inside_its_transaction()
    {
        var told = new List<IntegrationChanged>();
        await using var hub = await HubFixture.Start(setup => setup.Services = services => services.AddScoped<INotificationHandler<IntegrationChanged>>(_ => new Recorder(told)));
        var id = await Create(hub.Http, 1, "Told");
        (await hub.Http.Patch($"integrations/{id}", new { enabled = false })).Expect(200);
        (await hub.Http.Patch($"integrations/{id}", new { enabled = true, priority = 3 })).Expect(200);
        (await hub.Http.Patch($"integrations/{id}", new { priority = 3 })).Expect(200);
        (await hub.Http.Delete($"integrations/{id}")).Expect(204);
        told.Select(change => change.Change).Should().Equal(
            IntegrationChange.Created, IntegrationChange.Disabled, IntegrationChange.Updated, IntegrationChange.Enabled, IntegrationChange.Deleted);

        lock (told)
            told.Add(null!);
        (await hub.Http.Post("integrations", new { scope_id = 1, name = "Refused", integration_type = "openai", configuration = Values("openai") })).Status.Should().Be(500);
        await using var connection = new NpgsqlConnection(hub.ConnectionString);
        (await connection.ExecuteScalarAsync<long>("select count(*) from integrations.integrations")).Should().Be(0, "a reaction that fails undoes the change");
    }

    private sealed class Recorder(List<IntegrationChanged> told) : INotificationHandler<IntegrationChanged>
    {
        public Task Handle(IntegrationChanged notification, CancellationToken cancellationToken)
        {
            lock (told)
            {
                if (told.Contains(null!))
                    throw new InvalidOperationException("The reaction of this test fails.");
                told.Add(notification);
            }

            return Task.CompletedTask;
        }
    }
}
