using Dapper;
using FluentAssertions;
using Hub.FakeJira;
using Hub.TestHarness;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using NUnit.Framework;

namespace Hub.Host.Tests;

/// <summary>
/// Every endpoint that names a thing, called by another tenant's admin: the thing is not there. The endpoints are taken from the running hub, so a
/// new one is walked as soon as it exists, and one whose kind of id is not known here fails the test.
/// </summary>
public sealed class ForeignTenantTests
{
    /// <summary>Bodies that pass validation, for endpoints that would refuse an empty one before they look.</summary>
    private static readonly Dictionary<string, object> Bodies = new(StringComparer.Ordinal)
    {
        ["PATCH scopes/{id}"] = new { name = "Stolen" },
        ["PATCH projects/{id}"] = new { name = "Stolen" },
        ["PATCH rulesets/{id}"] = new { name = "Stolen" },
        ["POST rulesets/{id}/integrations"] = new { name = "Planted", integration_type = "webhook" },
        ["PATCH integrations/{id}"] = new { name = "Stolen" },
        ["PUT integrations/{id}"] = new { name = "Stolen", configuration = new { base_url = "https://jira.example.com", email = "a@example.com", api_token = "stolen-token-0123" } },
        ["PATCH integrations/{id}/status"] = new { enabled = false },
        ["PUT integrations/{id}/freshness-targets"] = new { targets = new { issues = 5 } },
        ["PUT integrations/{id}/schedule"] = new { sync_type = "full", interval_minutes = 5 },
        ["POST integrations/{id}/sync"] = new { sync_type = "full" },
        ["POST projects/{id}/jira-sync"] = new { sync_type = "full" },
        ["POST projects/{id}/github-sync"] = new { sync_type = "full" },
        ["POST projects/{id}/jira-config"] = new { jira_url = "https://jira.example.com", email = "a@example.com", api_key = "stolen-token-0123", project_key = "HUB" },
        ["POST webhooks/endpoints/{id}/recover"] = new { since = "2026-01-01T00:00:00Z" },
        ["PATCH tickets/{id}"] = new { summary = "Stolen" },
        ["POST projects/{id}/github-config"] = new { repository = "acme/api", access_token = "stolen-token-0123" },
    };

    [Test]
    public async Task Nothing_of_another_tenant_is_there()
    {
        await using var jira = await FakeJiraServer.Start(new FakeJiraOptions { Issues = 4 });
        await using var hub = await HubFixture.Start();
        var ids = await Furnish(hub, jira);
        var stranger = await hub.ClientWith("admin", await hub.CreateScope("tenant", "Stranger"));

        var walked = 0;
        var wrong = new List<string>();
        foreach (var (method, route) in Endpoints(hub))
        {
            var path = route["/api/v1/".Length..];
            var kind = ids.Keys.OrderByDescending(prefix => prefix.Length).FirstOrDefault(prefix => path.StartsWith(prefix + "/{", StringComparison.Ordinal));
            kind.Should().NotBeNull($"{method} {route} names a thing: furnish one for it in this test");
            var key = $"{method} {path.Replace(":long", "", StringComparison.Ordinal).Replace(":guid", "", StringComparison.Ordinal)}";
            var url = kind + "/" + ids[kind!] + path[(path.IndexOf('}', StringComparison.Ordinal) + 1)..];
            var answer = await stranger.Ask(new HttpMethod(method), url, method is "GET" or "DELETE" ? null : Bodies.GetValueOrDefault(key) ?? "{}");
            walked++;
            if (answer.Status != 404)
                wrong.Add($"{key}: {answer.Status} {answer.Text}");
        }

        walked.Should().BeGreaterThan(25);
        wrong.Should().BeEmpty();
    }

    [Test]
    public async Task Nothing_works_without_a_key_but_what_is_public()
    {
        await using var hub = await HubFixture.Start();
        var anonymous = hub.ClientFor(null);
        var walked = 0;
        foreach (var endpoint in hub.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>().Where(e => e.Metadata.GetMetadata<IAllowAnonymous>() is null))
            foreach (var method in endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? ["GET"])
            {
                var path = System.Text.RegularExpressions.Regex.Replace(endpoint.RoutePattern.RawText!, "{[^}]*guid}", "01a1fbc6-1770-73af-b945-1d8f9aa7ed74");
                path = System.Text.RegularExpressions.Regex.Replace(path, "{[^}]*}", "1");
                (await anonymous.Ask(new HttpMethod(method), path)).Status.Should().Be(401, $"{method} {path} needs a key");
                walked++;
            }

        walked.Should().BeGreaterThan(40);
    }

    private static IEnumerable<(string Method, string Route)> Endpoints(HubFixture hub) =>
        from endpoint in hub.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
        let route = endpoint.RoutePattern.RawText!
        where route.StartsWith("/api/v1/", StringComparison.Ordinal) && route.Contains('{', StringComparison.Ordinal)
        where endpoint.Metadata.GetMetadata<IAllowAnonymous>() is null
        // Integration types are global: everybody sees them, and only the platform's admins change them.
        where !route.Contains("/integrations/schemas/", StringComparison.Ordinal)
        // Rotations are the platform's: 403 for everybody else, whichever it is.
        where !route.Contains("/secrets/rotations/", StringComparison.Ordinal)
        from method in endpoint.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods
        select (method, route);

    /// <summary>One thing of each kind, in a tenant of its own.</summary>
    private static async Task<Dictionary<string, string>> Furnish(HubFixture hub, FakeJiraServer jira)
    {
        var tenant = await hub.CreateScope("tenant", "Owner");
        var project = await hub.CreateProject("Owned", tenant);
        var config = (await hub.Http.Post($"projects/{project}/jira-config", new
        {
            jira_url = jira.Url, email = jira.Options.Email, api_key = jira.Options.Token, project_key = "HUB", webhook_secret = "foreign-tenant-secret",
        })).Expect(201);
        var key = (await hub.Http.Post("keys", new { name = "owner", role = "viewer", scope_id = tenant })).Expect(201);
        var session = (await hub.ClientFor(null).Post("auth/sessions", new { key = key.GetProperty("key").GetString() })).Expect(200);
        var endpoint = (await hub.Http.Post("webhooks/endpoints", new { scope_id = tenant, url = jira.Url, enabled = false })).Expect(201).GetProperty("id").GetInt64();
        (await hub.Http.Post("webhooks/events/publish", new { scope_id = tenant, event_type = "invoice.paid", payload = new { } })).Expect(202);
        var delivery = (await hub.Http.Get("webhooks/deliveries")).Expect(200).GetProperty("items")[0].GetProperty("id").GetString()!;
        var eventType = (await hub.Http.Post("webhooks/event-types", new { scope_id = tenant, name = "invoice.paid" })).Expect(201).GetProperty("id").GetInt64();
        var run = (await hub.Http.Post($"projects/{project}/jira-sync", new { sync_type = "full" })).Expect(202).GetProperty("run").GetProperty("id").GetString()!;
        var tickets = await HubFixture.Eventually(
            async () => (await hub.Http.Get($"projects/{project}/jira-tickets")).Expect(200).GetProperty("items"), items => items.GetArrayLength() > 0, "tickets are synchronised");
        (await hub.Http.Put($"integrations/{config.GetProperty("integration_id").GetInt64()}/schedule", new { sync_type = "full", interval_minutes = 60 })).Expect(201);
        (await hub.Http.Post("tickets", new { integration_id = config.GetProperty("integration_id").GetInt64(), summary = "Owned" })).Expect(201);
        await using var database = new NpgsqlConnection(hub.ConnectionString);
        var creation = await database.ExecuteScalarAsync<Guid>("select id from sync.ticket_creations");
        var accepted = await jira.SendWebhook(new Uri(hub.Url, "/webhooks/jira").ToString(), "foreign-tenant-secret", "jira:issue_updated", "HUB-1");
        return new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["scopes"] = $"{tenant}",
            ["projects"] = $"{project}",
            ["rulesets"] = $"{await hub.CreateScope("ruleset", "Owned rules", tenant)}",
            ["keys"] = $"{key.GetProperty("id").GetInt64()}",
            ["auth/sessions"] = $"{session.GetProperty("id").GetInt64()}",
            ["integrations"] = $"{config.GetProperty("integration_id").GetInt64()}",
            ["sync-runs"] = run,
            ["webhooks/endpoints"] = $"{endpoint}",
            ["webhooks/deliveries"] = delivery,
            ["webhooks/event-types"] = $"{eventType}",
            ["tickets"] = $"{tickets[0].GetProperty("id").GetInt64()}",
            ["tickets/creations"] = $"{creation}",
            ["webhooks/events"] = System.Text.Json.JsonElement.Parse(accepted.Body).GetProperty("id").GetString()!,
        };
    }
}
