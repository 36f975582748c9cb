using System.Text.Json;
using FluentAssertions;
using Hub.TestHarness;
using NUnit.Framework;

namespace Hub.Integrations.Tests.Access;

public sealed class AuditLogTests
{
    private readonly HubFixture hub = AccessHub.Hub;

    [Test]
    public async Task A_change_is_told_with_who_what_and_the_trace()
    {
        var id = await hub.CreateScope("team", "Before", await AccessHub.Tenant());
        var change = await hub.Http.Patch($"scopes/{id}", new { name = "After" });
        change.Expect(200);

        var entry = (await hub.Http.Get($"audit?target_type=scope&target_id={id}&action=scope.updated")).Expect(200).GetProperty("items").EnumerateArray().Single();
        entry.GetProperty("actor").GetProperty("name").GetString().Should().Be("HUB_ADMIN_KEY");
        entry.GetProperty("actor").GetProperty("key_id").GetInt64().Should().BePositive();
        entry.GetProperty("at").GetString().Should().EndWith("Z");
        entry.GetProperty("outcome").GetString().Should().Be("success");
        entry.GetProperty("diff").ToString().Should().Be("""{"name":{"to":"After","from":"Before"}}""");
        entry.GetProperty("trace_id").GetString().Should().Be(change.Response.Headers.GetValues("X-Trace-Id").Single());
    }

    [Test]
    public async Task Creations_tell_what_was_made_and_keys_do_not_tell_their_text()
    {
        var tenant = await AccessHub.Tenant();
        var key = (await hub.Http.Post("keys", new { name = "Told", role = "viewer", scope_id = tenant })).Expect(201);
        (await hub.Http.Delete($"keys/{key.GetProperty("id")}")).Expect(204);
        var answer = await hub.Http.Get($"audit?target_type=key&target_id={key.GetProperty("id")}");
        var entries = answer.Expect(200).GetProperty("items").EnumerateArray().ToArray();
        entries.Select(entry => entry.GetProperty("action").GetString()).Should().Equal("key.revoked", "key.created");
        entries[1].GetProperty("diff").GetProperty("role").GetProperty("to").GetString().Should().Be("viewer");
        entries[0].GetProperty("diff").GetProperty("role").GetProperty("from").GetString().Should().Be("viewer");
        answer.Text.Should().NotContain(key.GetProperty("key").GetString()![12..]);
    }

    [Test]
    public async Task What_was_refused_leaves_no_entry()
    {
        var tenant = await AccessHub.Tenant();
        await hub.CreateScope("team", "Taken", tenant);
        (await hub.Http.Post("scopes", new { kind = "team", name = "Taken", parent_id = tenant })).Expect(409);
        using var viewer = await hub.ClientWith("viewer", tenant);
        (await viewer.Get("audit?action=scope.created")).Expect(200).Ids().Should().HaveCount(2);
    }

    [Test]
    public async Task The_log_is_filtered_newest_first_and_paged()
    {
        var tenant = await AccessHub.Tenant();
        using var admin = await hub.ClientWith("admin", tenant);
        var me = (await admin.Get("me")).Expect(200).GetProperty("key");
        for (var i = 0; i < 5; i++)
            (await admin.Post("scopes", new { kind = "team", name = $"Team {i}" })).Expect(201);

        var byId = (await admin.Get($"audit?actor={me.GetProperty("id")}")).Expect(200);
        byId.Ids().Should().HaveCount(5).And.BeInDescendingOrder();
        (await admin.Get($"audit?actor={Uri.EscapeDataString(me.GetProperty("name").GetString()!)}")).Expect(200).Ids().Should().Equal(byId.Ids());
        (await admin.Get("audit?action=scope.created")).Expect(200).Ids().Should().HaveCount(6);
        (await admin.Get("audit?target_type=key")).Expect(200).Ids().Should().ContainSingle();
        var third = byId.GetProperty("items")[2].GetProperty("at").GetString();
        (await admin.Get($"audit?actor={me.GetProperty("id")}&since={third}")).Expect(200).Ids().Should().Equal(byId.Ids().Take(3));
        (await admin.Get("audit?actor=%00")).Expect(400).Errors("$").Should().NotBeEmpty();
        (await admin.Get("audit?since=yesterday")).Expect(400).Errors("since").Should().NotBeEmpty();

        var first = (await admin.Get($"audit?actor={me.GetProperty("id")}&limit=2")).Expect(200);
        (await admin.Post("scopes", new { kind = "team", name = "Meanwhile" })).Expect(201);
        var second = (await admin.Get($"audit?actor={me.GetProperty("id")}&limit=2&cursor={first.GetProperty("next_cursor").GetString()}")).Expect(200);
        first.Ids().Concat(second.Ids()).Should().Equal(byId.Ids().Take(4));
        (await admin.Get($"audit?limit=2&cursor={first.GetProperty("next_cursor").GetString()}")).Code(400).Should().Be("invalid_cursor");
    }

    [Test]
    public async Task An_entry_has_the_promised_shape()
    {
        await AccessHub.Tenant();
        var entry = (await hub.Http.Get("audit?limit=1")).Expect(200).GetProperty("items")[0];
        entry.EnumerateObject().Select(field => field.Name).Should().Equal("id", "at", "actor", "action", "target_type", "target_id", "diff", "outcome", "trace_id");
        entry.GetProperty("diff").ValueKind.Should().BeOneOf(JsonValueKind.Object, JsonValueKind.Null);
    }
}
