using FluentAssertions;
using Hub.TestHarness;
using NUnit.Framework;

namespace Hub.Integrations.Tests.Access;

public sealed class TenantIsolationTests
{
    private readonly HubFixture hub = AccessHub.Hub;

    [Test]
    public async Task To_a_foreign_admin_nothing_of_a_tenant_is_there()
    {
        var (own, foreign) = (await AccessHub.Tenant(), await AccessHub.Tenant());
        var team = await hub.CreateScope("team", "Secret team", own);
        var project = await hub.CreateScope("project", "Secret project", team);
        var key = (await hub.Http.Post("keys", new { name = "Secret key", role = "viewer", scope_id = team })).Expect(201).GetProperty("id").GetInt64();
        using var stranger = await hub.ClientWith("admin", foreign);

        foreach (var id in new[] { own, team, project, 1 })
        {
            NotThere(await stranger.Get($"scopes/{id}"));
            NotThere(await stranger.Patch($"scopes/{id}", new { name = "Taken over" }));
            NotThere(await stranger.Delete($"scopes/{id}?cascade=true"));
            NotThere(await stranger.Get($"projects/{id}"));
            NotThere(await stranger.Patch($"projects/{id}", new { name = "Taken over" }));
            NotThere(await stranger.Delete($"projects/{id}?cascade=true"));
            NotThere(await stranger.Post("scopes", new { kind = "team", name = "Implant", parent_id = id }));
            NotThere(await stranger.Post("projects", new { name = "Implant", parent_id = id }));
            NotThere(await stranger.Post("keys", new { name = "Implant", role = "viewer", scope_id = id }));
            (await stranger.Get($"scopes?parent_id={id}")).Expect(200).Ids().Should().NotContain([own, team, project]);
        }

        NotThere(await stranger.Delete($"keys/{key}"));
        (await stranger.Get("scopes")).Expect(200).Ids().Should().Equal(foreign);
        (await stranger.Get("keys")).Expect(200).Ids().Should().ContainSingle();
        (await stranger.Get("audit?limit=200")).Text.Should().NotContain("Secret");
        (await stranger.Get($"audit?target_type=scope&target_id={team}")).Expect(200).Ids().Should().BeEmpty();
        (await hub.Http.Get($"scopes/{project}")).Expect(200);
    }

    [Test]
    public async Task A_key_sees_its_own_scope_and_below_but_not_above_or_beside()
    {
        var tenant = await AccessHub.Tenant();
        var team = await hub.CreateScope("team", "Team", tenant);
        var sibling = await hub.CreateScope("team", "Sibling", tenant);
        var project = await hub.CreateScope("project", "Project", team);
        using var client = await hub.ClientWith("admin", team);
        (await client.Get("scopes")).Expect(200).Ids().Should().Equal(team, project);
        NotThere(await client.Get($"scopes/{tenant}"));
        NotThere(await client.Get($"scopes/{sibling}"));
        NotThere(await client.Get("scopes/1"));
    }

    [Test]
    public async Task What_is_foreign_and_what_does_not_exist_look_the_same()
    {
        var (own, foreign) = (await AccessHub.Tenant(), await AccessHub.Tenant());
        using var client = await hub.ClientWith("admin", own);
        const long nowhere = 987_654_321;
        Shape(await client.Get($"scopes/{foreign}"), foreign).Should().Equal(Shape(await client.Get($"scopes/{nowhere}"), nowhere));
        Shape(await client.Delete($"scopes/{foreign}"), foreign).Should().Equal(Shape(await client.Delete($"scopes/{nowhere}"), nowhere));
    }

    private static IEnumerable<string> Shape(Answer answer, long id) => answer.Expect(404).EnumerateObject()
        .Where(member => member.Name != "trace_id").Select(member => $"{member.Name}: {member.Value}".Replace($"{id}", "ID", StringComparison.Ordinal));

    private static void NotThere(Answer answer) => answer.Code(404).Should().Be("not_found");
}
