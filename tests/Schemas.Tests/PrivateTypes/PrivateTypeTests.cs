using System.Text.Json;
using System.Text.Json.Nodes;
using FluentAssertions;
using Hub.Schemas.Contracts;
using Hub.TestHarness;
using MediatR;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using NUnit.Framework;

namespace Hub.Schemas.Tests.PrivateTypes;

[FixtureLifeCycle(LifeCycle.SingleInstance)]
public class PrivateTypeTests
{
    private const string Path = "integrations/schemas";
    private HubFixture hub = null!;

    [OneTimeSetUp]
    public async Task Start() => hub = await HubFixture.Start();

    [OneTimeTearDown]
    public async Task Stop() => await hub.DisposeAsync();

    [Test]
    public async Task a_document_makes_a_type_that_is_in_the_catalogue_at_once()
    {
        var put = await hub.Http.Put($"{Path}/desk", Document("desk", alias: "helpdesk"));
        var schema = put.Expect(201);
        put.Response.Headers.Location!.ToString().Should().Be("/api/v1/integrations/schemas/desk");
        put.Response.Headers.ETag!.Tag.Should().Be("\"1\"");
        schema.GetProperty("source").GetString().Should().Be("private");
        schema.GetProperty("icon_url").GetString().Should().Be("/icons/desk.svg");

        using var anyone = hub.ClientFor(null);
        (await anyone.Get($"{Path}/desk")).Expect(200).GetProperty("name").GetString().Should().Be("Acme Desk");
        (await anyone.Get($"{Path}/helpdesk")).Expect(200).GetProperty("id").GetString().Should().Be("desk", "it has that alias");
        (await anyone.Get($"{Path}?platform=desk")).Expect(200).GetProperty("total").GetInt32().Should().Be(1);
        (await anyone.Get("/icons/desk.svg")).Status.Should().Be(200);
    }

    [Test]
    public async Task what_was_read_can_be_changed_and_sent_back()
    {
        (await hub.Http.Put($"{Path}/round_trip", Document("round_trip"))).Expect(201);
        var read = JsonNode.Parse((await hub.Http.Get($"{Path}/round_trip")).Text)!;
        read["description"] = "Changed.";
        var changed = (await hub.Http.Put($"{Path}/round_trip", read.ToJsonString())).Expect(200);
        changed.GetProperty("version").GetInt32().Should().Be(2);
        changed.GetProperty("description").GetString().Should().Be("Changed.");
    }

    [Test]
    public async Task the_same_document_again_changes_nothing()
    {
        (await hub.Http.Put($"{Path}/same", Document("same"))).Expect(201);
        (await hub.Http.Put($"{Path}/same", Document("same"))).Expect(200).GetProperty("version").GetInt32().Should().Be(1);
    }

    [Test]
    public async Task a_change_to_a_version_that_moved_on_is_refused()
    {
        (await hub.Http.Put($"{Path}/moved", Document("moved"))).Expect(201);
        (await hub.Http.Put($"{Path}/moved", Document("moved", "Two"), ("If-Match", "\"1\""))).Expect(200);
        (await hub.Http.Put($"{Path}/moved", Document("moved", "Three"), ("If-Match", "\"1\""))).Expect(412);
        (await hub.Http.Put($"{Path}/acme_phone", Document("acme_phone"), ("If-Match", "\"1\""))).Expect(412);
    }

    [TestCase("jira", null)]
    [TestCase("teams", null)]
    [TestCase("acme_desk", "jira")]
    [TestCase("acme_desk", "teams")]
    public async Task a_built_in_name_is_never_taken_over(string id, string? alias) =>
        (await hub.Http.Put($"{Path}/{id}", Document(id, alias: alias))).Expect(409).GetProperty("code").GetString().Should().Be("builtin_schema");

    [Test]
    public async Task two_private_types_do_not_answer_to_one_name()
    {
        (await hub.Http.Put($"{Path}/twin", Document("twin", alias: "sibling"))).Expect(201);
        (await hub.Http.Put($"{Path}/other_twin", Document("other_twin", alias: "sibling"))).Expect(409).GetProperty("code").GetString().Should().Be("name_taken");
        (await hub.Http.Put($"{Path}/sibling", Document("sibling"))).Expect(409).GetProperty("code").GetString().Should().Be("name_taken");
    }

    [Test]
    public async Task a_platform_is_for_one_thing()
    {
        var document = JsonNode.Parse(Document("slack_desk"))!;
        document["platform_name"] = "slack";
        var problem = (await hub.Http.Put($"{Path}/slack_desk", document.ToJsonString())).Expect(400);
        problem.GetProperty("errors").TryGetProperty("integration_category", out _).Should().BeTrue();
    }

    [Test]
    public async Task a_document_with_mistakes_is_refused_with_every_path()
    {
        var document = JsonNode.Parse(Document("wrong"))!;
        document["category"] = "tickets";
        document["fields"]![0]!["pattern"] = "(a";
        document["shape"] = "round";
        var problem = (await hub.Http.Put($"{Path}/wrong", document.ToJsonString())).Expect(400);
        problem.GetProperty("code").GetString().Should().Be("invalid_schema");
        problem.GetProperty("errors").EnumerateObject().Select(error => error.Name).Should().BeEquivalentTo("category", "fields[0].pattern", "shape");
        (await hub.Http.Get($"{Path}/wrong")).Expect(404);
    }

    [TestCase("[]", 400)]
    [TestCase("nothing", 400)]
    [TestCase("", 400)]
    [TestCase("{\"id\": \"other\"}", 400)]
    [TestCase("{\"id\": \"nothing\", \"name\": \"a\", \"name\": \"b\"}", 400)]
    public async Task what_is_no_document_is_refused(string body, int status) => (await hub.Http.Put($"{Path}/nothing", body)).Expect(status);

    [TestCase("\"name\":\"Acme Desk\"", "\"name\":\"\\ud800\"", "name")]
    [TestCase("\"name\":\"Acme Desk\"", "\"name\":\"a\\u0000\"", "name")]
    [TestCase("\"label\":\"Key\"", "\"label\":\"Key\",\"default\":\"\\u0000\"", "fields[0].default")]
    [TestCase("\"label\":\"Key\"", "\"label\":\"Key\",\"label\":\"Two\"", null)]
    [TestCase("\"label\":\"Key\"", "\"label\":\"Key\",\"\\ud800\":1", null)]
    [TestCase("\"label\":\"Key\"", "\"label\":\"Key\",\"pattern\":\"^(?=a)\"", "fields[0].pattern")]
    [TestCase("{\"methods\"", "{\"headers\":{\"X\\u0000\":\"1\"},\"methods\"", "auth.headers")]
    public async Task what_the_database_cannot_keep_is_refused_as_input(string part, string by, string? path)
    {
        var body = Document("unkept").Replace(part, by, StringComparison.Ordinal);
        body.Should().NotBe(Document("unkept"));
        var problem = (await hub.Http.Put($"{Path}/unkept", body)).Expect(400);
        if (path is not null)
            problem.GetProperty("errors").EnumerateObject().Select(error => error.Name).Should().Equal(path);
        (await hub.Http.Get($"{Path}/unkept")).Expect(404);
    }

    [Test]
    public async Task ten_thousand_fields_are_refused()
    {
        var document = JsonNode.Parse(Document("wide"))!;
        document["fields"] = new JsonArray([.. Enumerable.Range(0, 10_000).Select(_ => new JsonObject())]);
        var problem = (await hub.Http.Put($"{Path}/wide", document.ToJsonString())).Expect(400);
        problem.GetProperty("errors").GetProperty("fields")[0].GetString().Should().Contain("200");
    }

    [Test]
    public async Task members_that_say_nothing_are_left_out()
    {
        var document = JsonNode.Parse(Document("nulls", schema: "/schemas/integration-schema.json"))!;
        foreach (var member in new[] { "required", "level", "multiline", "pattern", "options", "default", "required_when", "description" })
            document["fields"]![0]![member] = null;
        var schema = (await hub.Http.Put($"{Path}/nulls", document.ToJsonString())).Expect(201);
        schema.GetProperty("fields")[0].GetProperty("required").GetBoolean().Should().BeFalse();
        schema.TryGetProperty("$schema", out _).Should().BeFalse("it is a word to the editor");
    }

    [Test]
    public async Task a_document_that_means_the_same_is_no_change()
    {
        (await hub.Http.Put($"{Path}/meaning", Document("meaning"))).Expect(201);
        var read = JsonNode.Parse((await hub.Http.Get($"{Path}/meaning")).Text)!;
        var turned = new JsonObject(read.AsObject().Reverse().Select(member => KeyValuePair.Create(member.Key, member.Value?.DeepClone())));
        (await hub.Http.Put($"{Path}/meaning", turned.ToJsonString())).Expect(200).GetProperty("version").GetInt32().Should().Be(1);
        (await hub.Http.Get("audit?target_type=schema&target_id=meaning")).Expect(200).GetProperty("items").GetArrayLength().Should().Be(1);
    }

    [Test]
    public async Task a_stored_type_that_can_no_longer_be_used_is_one_marked_entry()
    {
        await using var source = NpgsqlDataSource.Create(hub.ConnectionString);
        await using (var old = source.CreateCommand("""
            insert into schemas.types (id, version, document) values
              ('old_shape', 4, '{"id": "old_shape", "name": "Old", "category": "crm", "platform_name": "old", "integration_category": "crm",
                "description": "Old.", "aliases": ["older"], "fields": [
                {"name": "token", "label": "Token", "type": "secret"}, {"name": "size", "label": "Size", "type": "float"}], "auth": {"kind": "magic"}}'),
              ('old_text', 1, '"nonsense"')
            """))
            await old.ExecuteNonQueryAsync();
        await HubFixture.Eventually(() => hub.Http.Get($"{Path}/old_text"), answer => answer.Status == 200, "the catalogue has looked");

        var marked = (await hub.Http.Get($"{Path}/older")).Expect(200);
        marked.GetProperty("problem").GetString().Should().Contain("fields[1].type").And.Contain("PUT");
        marked.GetProperty("fields").EnumerateArray().Select(field => field.GetProperty("name").GetString()).Should().Equal("token");
        marked.GetProperty("capabilities").GetArrayLength().Should().Be(0);
        marked.GetProperty("auth").ValueKind.Should().Be(JsonValueKind.Null);
        (await hub.Http.Get($"{Path}/jira")).Expect(200).TryGetProperty("problem", out _).Should().BeFalse();

        (await hub.Http.Put($"{Path}/beside_it", Document("beside_it"))).Expect(201);
        (await hub.Http.Put($"{Path}/taker", Document("taker", alias: "older"))).Expect(409);
        var mended = (await hub.Http.Put($"{Path}/old_shape", Document("old_shape"))).Expect(200);
        mended.GetProperty("version").GetInt32().Should().Be(5);
        mended.TryGetProperty("problem", out _).Should().BeFalse();
        (await hub.Http.Delete($"{Path}/old_text")).Expect(204);
    }

    [Test]
    public async Task a_change_is_told_inside_its_transaction()
    {
        var told = new List<SchemaChanged>();
        await using var listening = await HubFixture.Start(setup =>
        {
            setup.Workers = false;
            setup.Services = services => services.AddSingleton<INotificationHandler<SchemaChanged>>(new Listener(told));
        });
        (await listening.Http.Put($"{Path}/told", Document("told"))).Expect(201);
        (await listening.Http.Put($"{Path}/told", Document("told"))).Expect(200);
        (await listening.Http.Put($"{Path}/told", Document("told", "Two"))).Expect(200);
        told.Select(change => (change.Id, change.Version, change.Schema.Description)).Should().Equal(("told", 1, "Tickets of Acme Desk."), ("told", 2, "Two"));

        Listener.Refuse = true;
        (await listening.Http.Put($"{Path}/told", Document("told", "Three"))).Status.Should().Be(500);
        Listener.Refuse = false;
        (await listening.Http.Get($"{Path}/told")).Expect(200).GetProperty("version").GetInt32().Should().Be(2, "the change went with its announcement");
    }

    [Test]
    public async Task a_document_of_a_megabyte_is_refused() =>
        (await hub.Http.Put($"{Path}/huge", Document("huge", new string('x', 1 << 20)))).Expect(413);

    [Test]
    public async Task only_platform_admins_change_the_catalogue()
    {
        using var nobody = hub.ClientFor(null);
        (await nobody.Put($"{Path}/guarded", Document("guarded"))).Expect(401);
        var tenant = await hub.CreateScope("tenant", "Acme");
        using var tenantAdmin = await hub.ClientWith("admin", tenant);
        (await tenantAdmin.Put($"{Path}/guarded", Document("guarded"))).Expect(403);
        using var manager = await hub.ClientWith("manager", 1);
        (await manager.Put($"{Path}/guarded", Document("guarded"))).Expect(403);
        (await manager.Delete($"{Path}/guarded")).Expect(403);
    }

    [Test]
    public async Task an_unused_type_is_deleted_for_good()
    {
        (await hub.Http.Put($"{Path}/unused", Document("unused"))).Expect(201);
        (await hub.Http.Delete($"{Path}/unused")).Expect(204);
        (await hub.Http.Get($"{Path}/unused")).Expect(404);
        (await hub.Http.Delete($"{Path}/unused")).Expect(404);
    }

    [Test]
    public async Task a_type_in_use_stays_and_says_how_many_use_it()
    {
        (await hub.Http.Put($"{Path}/used", Document("used"))).Expect(201);
        (await hub.Http.Post("integrations", new { scope_id = 1, name = "Desk", integration_type = "used", configuration = new { api_key = "secret" } })).Expect(201);
        var problem = (await hub.Http.Delete($"{Path}/used")).Expect(409);
        problem.GetProperty("code").GetString().Should().Be("schema_in_use");
        problem.GetProperty("count").GetInt32().Should().Be(1);
        (await hub.Http.Get($"{Path}/used")).Expect(200);
    }

    [Test]
    public async Task a_built_in_type_is_not_deleted() =>
        (await hub.Http.Delete($"{Path}/jira")).Expect(409).GetProperty("code").GetString().Should().Be("builtin_schema");

    [Test]
    public async Task every_change_is_in_the_audit_log()
    {
        (await hub.Http.Put($"{Path}/audited", Document("audited"))).Expect(201);
        (await hub.Http.Put($"{Path}/audited", Document("audited", "Two"))).Expect(200);
        (await hub.Http.Delete($"{Path}/audited")).Expect(204);
        var entries = (await hub.Http.Get("audit?target_type=schema&target_id=audited")).Expect(200).GetProperty("items").EnumerateArray().ToArray();
        entries.Select(entry => entry.GetProperty("action").GetString()).Should().BeEquivalentTo("schema.created", "schema.updated", "schema.deleted");
        entries.Single(entry => entry.GetProperty("action").GetString() == "schema.updated").GetProperty("diff").EnumerateObject().Select(member => member.Name)
            .Should().Equal("description");
    }

    [Test]
    public async Task another_replica_sees_a_new_type_soon()
    {
        await using var replica = await HubFixture.Start(setup => (setup.ConnectionString, setup.Workers) = (hub.ConnectionString, false));
        (await replica.Http.Get($"{Path}/spread")).Expect(404);
        (await hub.Http.Put($"{Path}/spread", Document("spread"))).Expect(201);
        await HubFixture.Eventually(() => replica.Http.Get($"{Path}/spread"), answer => answer.Status == 200, "the other replica has the type");
    }

    private static string Document(string id, string description = "Tickets of Acme Desk.", string? alias = null, string? schema = null) =>
        Written(id, description, alias).Replace("{\"id\"", schema is null ? "{\"id\"" : $"{{\"$schema\":\"{schema}\",\"id\"", StringComparison.Ordinal);

    private static string Written(string id, string description, string? alias) => JsonSerializer.Serialize(new
    {
        id,
        name = "Acme Desk",
        category = "ticketing",
        platform_name = id,
        integration_category = "ticketing",
        description,
        aliases = alias is null ? Array.Empty<string>() : [alias],
        fields = new[] { new { name = "api_key", label = "Key", type = "secret", required = true } },
        auth = new { methods = new[] { new { kind = "bearer", token = "{api_key}" } } },
    });

    private sealed class Listener(List<SchemaChanged> told) : INotificationHandler<SchemaChanged>
    {
        public static bool Refuse { get; set; }

        public Task Handle(SchemaChanged notification, CancellationToken cancellationToken)
        {
            if (Refuse)
                throw new NotSupportedException("refused");
            told.Add(notification);
            return Task.CompletedTask;
        }
    }
}
