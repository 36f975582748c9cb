using FluentAssertions;
using Hub.TestHarness;
using NUnit.Framework;

namespace Hub.Integrations.Tests.Access;

public sealed class RoleMatrixTests
{
    private readonly HubFixture hub = AccessHub.Hub;

    // Each row: the request; {team}, {project}, {victim} are scopes of the tenant, {key} a key of it. Then the answers to viewer, manager and admin of the tenant.
    [TestCase("GET", "me", null, 200, 200, 200)]
    [TestCase("GET", "audit", null, 200, 200, 200)]
    [TestCase("GET", "scopes", null, 200, 200, 200)]
    [TestCase("GET", "scopes/{team}", null, 200, 200, 200)]
    [TestCase("GET", "projects", null, 200, 200, 200)]
    [TestCase("GET", "projects/{project}", null, 200, 200, 200)]
    [TestCase("GET", "keys", null, 403, 403, 200)]
    [TestCase("POST", "keys", """{"name":"k","role":"viewer","scope_id":{team}}""", 403, 403, 201)]
    [TestCase("DELETE", "keys/{key}", null, 403, 403, 204)]
    [TestCase("POST", "scopes", """{"kind":"tenant","name":"t","parent_id":1}""", 403, 403, 403)]
    [TestCase("POST", "scopes", """{"kind":"team","name":"t"}""", 403, 403, 201)]
    [TestCase("POST", "scopes", """{"kind":"ruleset","name":"r"}""", 403, 201, 201)]
    [TestCase("POST", "scopes", """{"kind":"project","name":"p"}""", 403, 201, 201)]
    [TestCase("POST", "projects", """{"name":"p"}""", 403, 201, 201)]
    [TestCase("POST", "rulesets", """{"name":"r"}""", 403, 201, 201)]
    [TestCase("PATCH", "scopes/{team}", """{"name":"n"}""", 403, 403, 200)]
    [TestCase("PATCH", "scopes/{project}", """{"name":"n"}""", 403, 200, 200)]
    [TestCase("PATCH", "projects/{project}", """{"name":"n"}""", 403, 200, 200)]
    [TestCase("PATCH", "scopes/{tenant}", """{"name":"n"}""", 403, 403, 200)]
    [TestCase("DELETE", "scopes/{team}", null, 403, 403, 204)]
    [TestCase("DELETE", "scopes/{tenant}?cascade=true", null, 403, 403, 403)]
    [TestCase("DELETE", "projects/{project}", null, 403, 204, 204)]
    [TestCase("DELETE", "scopes/{project}", null, 403, 204, 204)]
    public async Task What_each_role_may_do(string method, string path, string? body, int viewer, int manager, int admin)
    {
        foreach (var (role, expected) in new[] { ("viewer", viewer), ("manager", manager), ("admin", admin) })
        {
            var tenant = await AccessHub.Tenant();
            var team = await hub.CreateScope("team", "Team", tenant);
            var project = await hub.CreateScope("project", "Project", tenant);
            var key = (await hub.Http.Post("keys", new { name = "Victim", role = "viewer", scope_id = team })).Expect(201).GetProperty("id").GetInt64();
            using var client = await hub.ClientWith(role, tenant);
            string Fill(string text) => text.Replace("{tenant}", $"{tenant}").Replace("{team}", $"{team}").Replace("{project}", $"{project}").Replace("{key}", $"{key}");

            var answer = await client.Ask(new HttpMethod(method), Fill(path), body is null ? null : Fill(body));
            answer.Status.Should().Be(expected, "that is the answer to a {0}, which was {1}", role, answer.Text);
            if (expected == 403)
                answer.Code(403).Should().Be("forbidden");
        }
    }

    [TestCase("GET", "me")]
    [TestCase("GET", "audit")]
    [TestCase("GET", "scopes")]
    [TestCase("POST", "scopes")]
    [TestCase("GET", "scopes/1")]
    [TestCase("PATCH", "scopes/1")]
    [TestCase("DELETE", "scopes/1")]
    [TestCase("GET", "projects")]
    [TestCase("POST", "projects")]
    [TestCase("DELETE", "projects/1")]
    [TestCase("GET", "keys")]
    [TestCase("POST", "keys")]
    [TestCase("DELETE", "keys/1")]
    public async Task Without_a_key_there_is_nothing(string method, string path)
    {
        using var nobody = hub.ClientFor(null);
        (await nobody.Ask(new HttpMethod(method), path, method is "POST" or "PATCH" ? "{}" : null)).Code(401).Should().Be("missing_credentials");
    }

    [Test]
    public async Task A_platform_manager_makes_projects_but_no_tenants()
    {
        using var manager = await hub.ClientWith("manager", 1);
        (await manager.Post("scopes", new { kind = "tenant", name = AccessHub.Fresh("No") })).Expect(403);
        (await manager.Post("projects", new { name = AccessHub.Fresh("Yes") })).Expect(201).GetProperty("parent_id").GetInt64().Should().Be(1);
    }
}
