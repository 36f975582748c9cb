using System.Text.Json;
using FluentAssertions;
using Hub.Integrations.Contracts;
using Hub.SharedKernel.Problems;
using Hub.TestHarness;
using MediatR;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using NUnit.Framework;

namespace Hub.Integrations.Tests.Access;

public sealed class KeysTests
{
    private readonly HubFixture hub = AccessHub.Hub;

    [Test]
    public async Task A_new_key_is_shown_once_and_works()
    {
        var tenant = await AccessHub.Tenant();
        var created = await hub.Http.Post("keys", new { name = "Deploy robot", role = "manager", scope_id = tenant, expires_at = "2999-01-31T12:00:00+01:00" });
        var key = created.Expect(201);
        var text = key.GetProperty("key").GetString()!;
        text.Should().MatchRegex("^hub_[0-9A-Za-z]{43}$");
        key.GetProperty("prefix").GetString().Should().Be(text[..12]);
        key.GetProperty("role").GetString().Should().Be("manager");
        key.GetProperty("scope_id").GetInt64().Should().Be(tenant);
        key.GetProperty("expires_at").GetString().Should().Be("2999-01-31T11:00:00Z");
        key.GetProperty("created_at").GetString().Should().EndWith("Z");

        using var client = hub.ClientFor(text);
        var me = (await client.Get("me")).Expect(200);
        me.GetProperty("role").GetString().Should().Be("manager");
        me.GetProperty("key").GetProperty("id").GetInt64().Should().Be(key.GetProperty("id").GetInt64());
        me.GetProperty("key").GetProperty("name").GetString().Should().Be("Deploy robot");
        me.GetProperty("key").GetProperty("prefix").GetString().Should().Be(text[..12]);
        me.GetProperty("key").GetProperty("expires_at").GetString().Should().Be("2999-01-31T11:00:00Z");
        me.GetProperty("scope").GetProperty("kind").GetString().Should().Be("tenant");
        me.GetProperty("scope").Longs("path").Should().Equal(1, tenant);
        me.ToString().Should().NotContain(text);
    }

    [Test]
    public async Task The_list_shows_keys_in_sight_without_their_text()
    {
        var tenant = await AccessHub.Tenant();
        var team = await hub.CreateScope("team", "Team", tenant);
        using var admin = await hub.ClientWith("admin", tenant);
        var made = (await admin.Post("keys", new { name = "Reader", role = "viewer", scope_id = team })).Expect(201);
        var list = (await admin.Get("keys")).Expect(200);
        list.ToString().Should().NotContain(made.GetProperty("key").GetString());
        var items = list.GetProperty("items").EnumerateArray().ToArray();
        items.Should().HaveCount(2);
        items[0].GetProperty("last_used_at").GetString().Should().EndWith("Z");
        items[1].GetProperty("last_used_at").ValueKind.Should().Be(JsonValueKind.Null);
        items[1].GetProperty("created_by").GetInt64().Should().Be(items[0].GetProperty("id").GetInt64());
        items[1].EnumerateObject().Select(field => field.Name).Should().Equal(
            "id", "name", "prefix", "role", "scope_id", "expires_at", "created_at", "last_used_at", "created_by");
    }

    [Test]
    public async Task The_list_is_paged()
    {
        var tenant = await AccessHub.Tenant();
        using var admin = await hub.ClientWith("admin", tenant);
        for (var i = 0; i < 3; i++)
            (await admin.Post("keys", new { name = $"Key {i}", role = "viewer", scope_id = tenant })).Expect(201);
        var first = (await admin.Get("keys?limit=3")).Expect(200);
        var second = (await admin.Get($"keys?limit=3&cursor={first.GetProperty("next_cursor").GetString()}")).Expect(200);
        first.Ids().Concat(second.Ids()).Should().HaveCount(4).And.OnlyHaveUniqueItems();
        second.GetProperty("next_cursor").GetString().Should().BeNull();
    }

    [Test]
    public async Task A_revoked_key_stops_to_work_at_once()
    {
        var tenant = await AccessHub.Tenant();
        var key = (await hub.Http.Post("keys", new { name = "Leaked", role = "admin", scope_id = tenant })).Expect(201);
        using var client = hub.ClientFor(key.GetProperty("key").GetString());
        (await client.Get("me")).Expect(200);
        (await client.Delete($"keys/{key.GetProperty("id")}")).Expect(204);
        (await client.Get("me")).Code(401).Should().Be("invalid_credentials");
        (await hub.Http.Delete($"keys/{key.GetProperty("id")}")).Expect(404);
        using var admin = await hub.ClientWith("admin", tenant);
        (await admin.Get("keys")).Expect(200).Ids().Should().NotContain(key.GetProperty("id").GetInt64());
    }

    [Test]
    public async Task An_expired_key_does_not_work_and_its_use_is_noted_once_a_minute()
    {
        var time = new FakeTime(DateTimeOffset.UtcNow);
        await using var own = await HubFixture.Start(setup => (setup.Workers, setup.Time) = (false, time));
        var start = time.GetUtcNow();
        var text = (await own.Http.Post("keys", new { name = "Brief", role = "viewer", scope_id = 1, expires_at = start.AddMinutes(5) })).Expect(201).GetProperty("key").GetString();
        using var client = own.ClientFor(text);

        (await client.Get("me")).Expect(200);
        var used = await LastUsed(own);
        used.Should().BeCloseTo(start, TimeSpan.FromMilliseconds(1));
        time.Advance(TimeSpan.FromSeconds(59));
        (await client.Get("me")).Expect(200);
        (await LastUsed(own)).Should().Be(used);
        time.Advance(TimeSpan.FromSeconds(2));
        (await client.Get("me")).Expect(200);
        (await LastUsed(own)).Should().BeCloseTo(start.AddSeconds(61), TimeSpan.FromMilliseconds(1));

        time.Advance(TimeSpan.FromMinutes(4));
        (await client.Get("me")).Expect(401);
        (await own.Http.Get("keys")).Expect(200).GetProperty("items").EnumerateArray().Should().Contain(key => key.GetProperty("name").GetString() == "Brief");
    }

    [Test]
    public async Task A_key_whose_row_somebody_holds_still_opens_the_door()
    {
        var tenant = await AccessHub.Tenant();
        var key = (await hub.Http.Post("keys", new { name = "Held", role = "admin", scope_id = tenant })).Expect(201);
        using var client = hub.ClientFor(key.GetProperty("key").GetString());
        client.Timeout = TimeSpan.FromSeconds(10);
        await using var connection = new NpgsqlConnection(hub.ConnectionString);
        await connection.OpenAsync();
        await using (var transaction = await connection.BeginTransactionAsync())
        {
            await using var hold = new NpgsqlCommand("select 1 from integrations.keys where id = $1 for update", connection, transaction);
            hold.Parameters.AddWithValue(key.GetProperty("id").GetInt64());
            await hold.ExecuteScalarAsync();
            (await client.Get("keys")).Expect(200).GetProperty("items")[0].GetProperty("last_used_at").ValueKind.Should().Be(JsonValueKind.Null);
        }

        (await client.Get("keys")).Expect(200).GetProperty("items")[0].GetProperty("last_used_at").ValueKind.Should().Be(JsonValueKind.String);
    }

    [TestCase("""{"name":"","role":"viewer","scope_id":1}""", "name")]
    [TestCase("""{"role":"viewer","scope_id":1}""", "name")]
    [TestCase("""{"name":"tab\there","role":"viewer","scope_id":1}""", "name")]
    [TestCase("""{"name":"x","scope_id":1}""", "role")]
    [TestCase("""{"name":"x","role":"owner","scope_id":1}""", "role")]
    [TestCase("""{"name":"x","role":"viewer"}""", "scope_id")]
    [TestCase("""{"name":"x","role":"viewer","scope_id":1,"expires_at":"2001-01-01T00:00:00Z"}""", "expires_at")]
    [TestCase("""{"name":"x","role":"viewer","scope_id":1,"expires_at":"soon"}""", "expires_at")]
    [TestCase("""{"name":"x","role":"viewer","scope_id":1,"scopeId":1}""", "scopeId")]
    public async Task Input_that_breaks_a_rule_is_refused_and_named(string body, string field) =>
        (await hub.Http.Post("keys", body)).Expect(400).Errors(field).Should().NotBeEmpty();

    [Test]
    public async Task A_key_is_made_only_where_its_maker_sees()
    {
        var (own, foreign) = (await AccessHub.Tenant(), await AccessHub.Tenant());
        using var admin = await hub.ClientWith("admin", own);
        foreach (var scope in new[] { foreign, 1, 999_999_999 })
            (await admin.Post("keys", new { name = "Intruder", role = "viewer", scope_id = scope })).Code(404).Should().Be("not_found");
    }

    [TestCase("")]
    [TestCase("hub_")]
    [TestCase("hub_0000000000000000000000000000000000000000000")]
    [TestCase("' or 1=1 --")]
    public async Task Nobody_gets_in_with_something_else(string key)
    {
        using var client = hub.ClientFor(null);
        client.DefaultRequestHeaders.TryAddWithoutValidation("Authorization", $"Bearer {key}");
        (await client.Get("me")).Expect(401);
    }

    [Test]
    public async Task The_last_admin_key_of_the_platform_stays()
    {
        await using var own = await HubFixture.Start(setup => setup.Workers = false);
        var first = (await own.Http.Get("me")).Expect(200).GetProperty("key").GetProperty("id").GetInt64();
        (await own.Http.Post("keys", new { name = "Not an admin", role = "manager", scope_id = 1 })).Expect(201);
        (await own.Http.Delete($"keys/{first}")).Code(409).Should().Be("last_admin_key");
        (await own.Http.Get("me")).Expect(200);
    }

    [Test]
    public async Task Of_admin_keys_that_are_all_revoked_at_once_one_stays()
    {
        await using var own = await HubFixture.Start(setup => setup.Workers = false);
        var all = new List<long> { (await own.Http.Get("me")).Expect(200).GetProperty("key").GetProperty("id").GetInt64() };
        for (var i = 0; i < 7; i++)
            all.Add((await own.Http.Post("keys", new { name = $"Admin {i}", role = "admin", scope_id = 1 })).Expect(201).GetProperty("id").GetInt64());

        var refusals = await Task.WhenAll(all.Select(async id =>
        {
            await using var scope = own.Services.CreateAsyncScope();
            try
            {
                await scope.ServiceProvider.GetRequiredService<IMediator>().Send(new RevokeKey(id));
                return null;
            }
            catch (ConflictException refused)
            {
                return refused.Code;
            }
        }));
        refusals.Where(code => code is not null).Should().Equal("last_admin_key");
    }

    private static async Task<DateTimeOffset?> LastUsed(HubFixture hub)
    {
        var brief = (await hub.Http.Get("keys")).Expect(200).GetProperty("items").EnumerateArray().Single(key => key.GetProperty("name").GetString() == "Brief");
        return brief.GetProperty("last_used_at").GetDateTimeOffset();
    }
}
