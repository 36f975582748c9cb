using FluentAssertions;
using Hub.TestHarness;
using NUnit.Framework;

namespace Hub.Integrations.Tests.Access;

public sealed class ScopesTests
{
    private readonly HubFixture hub = AccessHub.Hub;

    [Test]
    public async Task A_scope_is_created_where_it_is_found_again()
    {
        var tenant = await AccessHub.Tenant();
        var created = await hub.Http.Post("scopes", new { kind = "team", name = "Core Banking", parent_id = tenant });

        var team = created.Expect(201);
        var id = team.GetProperty("id").GetInt64();
        created.Response.Headers.Location.Should().Be($"/api/v1/scopes/{id}");
        created.Response.Headers.ETag!.Tag.Should().Be("\"1\"");
        team.GetProperty("kind").GetString().Should().Be("team");
        team.GetProperty("slug").GetString().Should().Be("core-banking");
        team.GetProperty("parent_id").GetInt64().Should().Be(tenant);
        team.Longs("path").Should().Equal(1, tenant, id);
        team.GetProperty("created_at").GetString().Should().EndWith("Z");
        (await hub.Http.Get($"scopes/{id}")).Expect(200).ToString().Should().Be(team.ToString());
    }

    [Test]
    public async Task The_platform_is_row_1_and_stays()
    {
        var platform = (await hub.Http.Get("scopes/1")).Expect(200);
        platform.GetProperty("kind").GetString().Should().Be("platform");
        platform.GetProperty("parent_id").ValueKind.Should().Be(System.Text.Json.JsonValueKind.Null);
        (await hub.Http.Delete("scopes/1?cascade=true")).Code(409).Should().Be("platform_is_permanent");
        (await hub.Http.Post("scopes", new { kind = "platform", name = "Second" })).Expect(400).Errors("kind").Should().NotBeEmpty();
    }

    [TestCase("team", "platform")]
    [TestCase("tenant", "tenant")]
    [TestCase("team", "project")]
    [TestCase("project", "project")]
    [TestCase("ruleset", "ruleset")]
    public async Task A_scope_does_not_hang_where_its_kind_may_not(string kind, string under)
    {
        var tenant = await AccessHub.Tenant();
        var parent = under switch { "platform" => 1, "tenant" => tenant, _ => await hub.CreateScope(under, "Parent", tenant) };
        (await hub.Http.Post("scopes", new { kind, name = "Misplaced", parent_id = parent })).Expect(400).Errors("parent_id").Single().Should().Contain($"not under a {under}");
    }

    [Test]
    public async Task Without_a_parent_it_hangs_under_the_callers_own_scope()
    {
        var tenant = await AccessHub.Tenant();
        using var admin = await hub.ClientWith("admin", tenant);
        (await admin.Post("scopes", new { kind = "team", name = "Risk" })).Expect(201).GetProperty("parent_id").GetInt64().Should().Be(tenant);
        (await admin.Post("scopes", new { kind = "ruleset", name = "House rules" })).Expect(201).GetProperty("parent_id").GetInt64().Should().Be(tenant);
    }

    [Test]
    public async Task Teams_hang_under_teams_as_deep_as_one_likes()
    {
        var path = new List<long> { 1, await AccessHub.Tenant() };
        for (var depth = 0; depth < 6; depth++)
            path.Add(await hub.CreateScope("team", $"Level {depth}", path[^1]));
        (await hub.Http.Get($"scopes/{path[^1]}")).Expect(200).Longs("path").Should().Equal(path);
    }

    [Test]
    public async Task Names_of_all_scripts_are_kept_and_give_a_slug()
    {
        var tenant = await AccessHub.Tenant();
        foreach (var (name, slug) in new[] { ("Café Zürich ☕", "cafe-zurich"), ("Команда", null), ("支払い", null), ("👩‍👩‍👧‍👦", null), ("O'Reilly \"quoted\" <b>", "oreilly-quoted-b") })
        {
            var scope = (await hub.Http.Post("scopes", new { kind = "team", name, parent_id = tenant })).Expect(201);
            scope.GetProperty("name").GetString().Should().Be(name);
            scope.GetProperty("slug").GetString().Should().Be(slug ?? $"scope-{scope.GetProperty("id").GetInt64()}");
        }
    }

    [TestCase("""{"kind":"team","name":""}""", "name")]
    [TestCase("""{"kind":"team","name":"   "}""", "name")]
    [TestCase("""{"kind":"team"}""", "name")]
    [TestCase("""{"kind":"team","name":null}""", "name")]
    [TestCase("""{"kind":"team","name":"two\nlines"}""", "name")]
    [TestCase("""{"kind":"team","name":"zero\u0000"}""", "name")]
    [TestCase("""{"kind":"team","name":"half \ud800"}""", "name")]
    [TestCase("""{"kind":"team","name":5}""", "name")]
    [TestCase("""{"kind":"team","name":"x","slug":"Not A Slug"}""", "slug")]
    [TestCase("""{"kind":"team","name":"x","slug":""}""", "slug")]
    [TestCase("""{"name":"x"}""", "kind")]
    [TestCase("""{"kind":"galaxy","name":"x"}""", "kind")]
    [TestCase("""{"kind":1,"name":"x"}""", "kind")]
    [TestCase("""{"kind":"team","name":"x","parent_id":"1"}""", "parent_id")]
    public async Task Input_that_breaks_a_rule_is_refused_and_named(string body, string field) =>
        (await hub.Http.Post("scopes", body)).Expect(400).Errors(field).Should().NotBeEmpty();

    [Test]
    public async Task A_name_of_200_characters_is_taken_and_one_of_201_is_not()
    {
        var tenant = await AccessHub.Tenant();
        (await hub.Http.Post("scopes", new { kind = "team", name = new string('n', 200), parent_id = tenant })).Expect(201);
        (await hub.Http.Post("scopes", new { kind = "team", name = new string('m', 201), parent_id = tenant })).Expect(400).Errors("name").Should().NotBeEmpty();
    }

    [Test]
    public async Task An_unknown_field_is_named()
    {
        var refused = await hub.Http.Post("scopes", """{"kind":"team","name":"x","colour":"red"}""");
        refused.Code(400).Should().Be("unknown_field");
        refused.Json.Errors("colour").Should().NotBeEmpty();
    }

    [Test]
    public async Task A_slug_is_taken_once_beside_its_siblings_and_free_elsewhere()
    {
        var (one, other) = (await AccessHub.Tenant(), await AccessHub.Tenant());
        await hub.CreateScope("team", "Core", one);
        var byName = await hub.Http.Post("scopes", new { kind = "project", name = "CORE!", parent_id = one });
        byName.Code(409).Should().Be("name_taken");
        byName.Json.Errors("name").Single().Should().Contain("'core'");
        (await hub.Http.Post("scopes", new { kind = "team", name = "Another", slug = "core", parent_id = one })).Expect(409).Errors("slug").Should().NotBeEmpty();
        (await hub.Http.Post("scopes", new { kind = "team", name = "Core", slug = "core-2", parent_id = one })).Expect(201);
        (await hub.Http.Post("scopes", new { kind = "team", name = "Core", parent_id = other })).Expect(201);
    }

    [Test]
    public async Task Of_many_who_take_a_slug_at_once_one_gets_it()
    {
        var tenant = await AccessHub.Tenant();
        var answers = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => hub.Http.Post("scopes", new { kind = "team", name = "Contended", parent_id = tenant })));
        answers.Select(answer => answer.Status).Order().Should().Equal([201, .. Enumerable.Repeat(409, 11)]);
        answers.Where(answer => answer.Status == 409).Should().OnlyContain(answer => answer.Code(409) == "name_taken");
    }

    [Test]
    public async Task A_rename_keeps_the_slug_and_moves_the_version()
    {
        var id = await hub.CreateScope("team", "Old name", await AccessHub.Tenant());
        var renamed = (await hub.Http.Patch($"scopes/{id}", new { name = "New name" }, ("If-Match", "\"1\""))).Expect(200);
        renamed.GetProperty("name").GetString().Should().Be("New name");
        renamed.GetProperty("slug").GetString().Should().Be("old-name");
        renamed.GetProperty("version").GetInt64().Should().Be(2);
        (await hub.Http.Patch($"scopes/{id}", new { slug = "fresh" })).Expect(200).GetProperty("slug").GetString().Should().Be("fresh");
    }

    [Test]
    public async Task A_change_that_changes_nothing_leaves_the_version()
    {
        var id = await hub.CreateScope("team", "Same", await AccessHub.Tenant());
        (await hub.Http.Patch($"scopes/{id}", new { name = "Same" })).Expect(200).GetProperty("version").GetInt64().Should().Be(1);
        (await hub.Http.Patch($"scopes/{id}", "{}")).Expect(200).GetProperty("version").GetInt64().Should().Be(1);
    }

    [Test]
    public async Task A_change_of_a_version_that_moved_on_is_refused()
    {
        var id = await hub.CreateScope("team", "Contended", await AccessHub.Tenant());
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => hub.Http.Patch($"scopes/{id}", new { name = $"Name {i}" }, ("If-Match", "\"1\""))));
        answers.Select(answer => answer.Status).Order().Should().Equal([200, .. Enumerable.Repeat(412, 7)]);
        (await hub.Http.Ask(HttpMethod.Delete, $"scopes/{id}", null, ("If-Match", "\"1\""))).Code(412).Should().Be("stale_version");
        (await hub.Http.Ask(HttpMethod.Delete, $"scopes/{id}", null, ("If-Match", "\"2\""))).Expect(204);
    }

    [Test]
    public async Task A_rename_to_a_slug_in_use_is_refused()
    {
        var tenant = await AccessHub.Tenant();
        await hub.CreateScope("team", "First", tenant);
        var second = await hub.CreateScope("team", "Second", tenant);
        var refused = await hub.Http.Patch($"scopes/{second}", new { slug = "first" });
        refused.Code(409).Should().Be("name_taken");
        refused.Json.Errors("slug").Should().NotBeEmpty();
    }

    [Test]
    public async Task A_scope_that_the_client_has_is_not_sent_again()
    {
        var id = await hub.CreateScope("team", "Cached", await AccessHub.Tenant());
        (await hub.Http.Ask(HttpMethod.Get, $"scopes/{id}", null, ("If-None-Match", "\"1\""))).Status.Should().Be(304);
    }

    [Test]
    public async Task The_list_filters_by_kind_and_parent()
    {
        var tenant = await AccessHub.Tenant();
        var team = await hub.CreateScope("team", "Team", tenant);
        var project = await hub.CreateScope("project", "Project", team);
        using var admin = await hub.ClientWith("viewer", tenant);
        (await admin.Get("scopes")).Expect(200).Ids().Should().Equal(tenant, team, project);
        (await admin.Get("scopes?kind=team")).Expect(200).Ids().Should().Equal(team);
        (await admin.Get($"scopes?parent_id={team}")).Expect(200).Ids().Should().Equal(project);
        (await admin.Get($"scopes?kind=team&parent_id={team}")).Expect(200).Ids().Should().BeEmpty();
        (await admin.Get("scopes?kind=Team")).Expect(400).Errors("kind").Should().NotBeEmpty();
        (await admin.Get("scopes?parent_id=x")).Expect(400).Errors("parent_id").Should().NotBeEmpty();
    }

    [Test]
    public async Task Pages_neither_repeat_nor_skip_while_others_write()
    {
        var tenant = await AccessHub.Tenant();
        var before = new List<long>();
        for (var i = 0; i < 7; i++)
            before.Add(await hub.CreateScope("team", $"Team {i}", tenant));

        var seen = new List<long>();
        string? cursor = null;
        do
        {
            var page = (await hub.Http.Get($"scopes?parent_id={tenant}&limit=3{(cursor is null ? "" : $"&cursor={cursor}")}")).Expect(200);
            seen.AddRange(page.Ids());
            cursor = page.GetProperty("next_cursor").GetString();
            if (seen.Count == 3)
            {
                (await hub.Http.Delete($"scopes/{before[1]}")).Expect(204);
                before.Add(await hub.CreateScope("team", "Latecomer", tenant));
            }
        }
        while (cursor is not null);
        seen.Should().Equal(before);
    }

    [Test]
    public async Task A_cursor_of_another_filter_is_refused()
    {
        var tenant = await AccessHub.Tenant();
        await hub.CreateScope("team", "A", tenant);
        await hub.CreateScope("team", "B", tenant);
        var cursor = (await hub.Http.Get($"scopes?parent_id={tenant}&limit=1")).Expect(200).GetProperty("next_cursor").GetString();
        (await hub.Http.Get($"scopes?limit=1&cursor={cursor}")).Code(400).Should().Be("invalid_cursor");
        (await hub.Http.Get($"scopes?parent_id={tenant}&cursor=nonsense")).Code(400).Should().Be("invalid_cursor");
        (await hub.Http.Get("scopes?limit=0")).Expect(400).Errors("limit").Should().NotBeEmpty();
        (await hub.Http.Get("scopes?limit=201")).Expect(400).Errors("limit").Should().NotBeEmpty();
    }
}
