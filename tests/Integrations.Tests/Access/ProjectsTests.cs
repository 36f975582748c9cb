using FluentAssertions;
using Hub.TestHarness;
using NUnit.Framework;

namespace Hub.Integrations.Tests.Access;

public sealed class ProjectsTests
{
    private readonly HubFixture hub = AccessHub.Hub;

    [Test]
    public async Task A_project_is_a_scope()
    {
        var tenant = await AccessHub.Tenant();
        var created = await hub.Http.Post("projects", new { name = "Payments", parent_id = tenant });
        var project = created.Expect(201);
        var id = project.GetProperty("id").GetInt64();
        created.Response.Headers.Location.Should().Be($"/api/v1/projects/{id}");
        project.GetProperty("kind").GetString().Should().Be("project");
        project.GetProperty("slug").GetString().Should().Be("payments");
        (await hub.Http.Get($"projects/{id}")).Text.Should().Be((await hub.Http.Get($"scopes/{id}")).Text);
    }

    [Test]
    public async Task A_manager_makes_changes_and_deletes_projects_below_its_own_scope()
    {
        var tenant = await AccessHub.Tenant();
        using var manager = await hub.ClientWith("manager", tenant);
        var id = (await manager.Post("projects", new { name = "Mine" })).Expect(201).GetProperty("id").GetInt64();
        (await manager.Patch($"projects/{id}", new { name = "Ours" }, ("If-Match", "\"1\""))).Expect(200).GetProperty("name").GetString().Should().Be("Ours");
        (await manager.Patch($"projects/{id}", new { name = "Theirs" }, ("If-Match", "\"1\""))).Expect(412);
        (await manager.Get("projects")).Expect(200).Ids().Should().Equal(id);
        (await manager.Delete($"projects/{id}")).Expect(204);
        (await manager.Get($"projects/{id}")).Expect(404);
    }

    [Test]
    public async Task Other_scopes_are_no_projects()
    {
        var tenant = await AccessHub.Tenant();
        var team = await hub.CreateScope("team", "Team", tenant);
        (await hub.Http.Get($"projects/{team}")).Expect(404);
        (await hub.Http.Patch($"projects/{team}", new { name = "x" })).Expect(404);
        (await hub.Http.Delete($"projects/{team}?cascade=true")).Expect(404);
        (await hub.Http.Get($"projects?parent_id={tenant}")).Expect(200).Ids().Should().BeEmpty();
    }

    [Test]
    public async Task A_project_does_not_hang_under_a_project()
    {
        var project = await hub.CreateProject(AccessHub.Fresh("Outer"));
        using var manager = await hub.ClientWith("manager", project);
        (await manager.Post("projects", new { name = "Inner" })).Expect(400).Errors("parent_id").Should().NotBeEmpty();
        (await manager.Get("projects")).Expect(200).Ids().Should().Equal(project);
    }

    [TestCase("""{"name":""}""", "name")]
    [TestCase("""{"name":"x","kind":"team"}""", "kind")]
    [TestCase("""{"name":"x","slug":"A B"}""", "slug")]
    public async Task Input_that_breaks_a_rule_is_refused_and_named(string body, string field) =>
        (await hub.Http.Post("projects", body)).Expect(400).Errors(field).Should().NotBeEmpty();
}
