using System.Text.Json;
using Dapper;
using FluentAssertions;
using Hub.Integrations.Contracts;
using Hub.SharedKernel.Secrets;
using Hub.TestHarness;
using MediatR;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using NUnit.Framework;

namespace Hub.Integrations.Tests;

public sealed class SecretsStorageTests
{
    private static async Task<long> CreateTarget(HubFixture hub, string name, string url, string token) => (await hub.Http.Post("integrations", new
    {
        scope_id = 1, name, integration_type = "webhook",
        configuration = new { direction = "outbound", url, auth_type = "bearer", auth_token = token },
    })).Expect(201).GetProperty("id").GetInt64();

    private static async Task Sql(HubFixture hub, string sql)
    {
        await using var connection = new NpgsqlConnection(hub.ConnectionString);
        await connection.ExecuteAsync(sql);
    }

    private static async Task<T> Ask<T>(HubFixture hub, IRequest<T> question)
    {
        await using var scope = hub.Services.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<IMediator>().Send(question);
    }

    [Test]
    public async Task A_kept_secret_is_the_one_that_was_sent_first()
    {
        await using var target = await StubServer.Start(_ => (200, "{}"));
        await using var hub = await HubFixture.Start();
        var id = await CreateTarget(hub, "Target", target.Url, "storage-secret-1");
        (await hub.Http.Patch($"integrations/{id}", """{"configuration":{"auth_token":"[ENCRYPTED]","method":"PUT"}}""")).Expect(200);
        (await hub.Http.Put($"integrations/{id}", new { name = "T", configuration = new { direction = "outbound", url = target.Url, auth_type = "bearer", auth_token = "[ENCRYPTED]" } })).Expect(200);
        (await hub.Http.Post($"integrations/{id}/test")).Expect(200).GetProperty("success").GetBoolean().Should().BeTrue();
        target.Requests.Single().Headers["Authorization"].Should().Be("Bearer storage-secret-1");
    }

    [Test]
    public async Task A_ciphertext_moved_to_another_row_or_field_opens_nothing_and_breaks_no_list()
    {
        await using var hub = await HubFixture.Start();
        var source = await CreateTarget(hub, "A", "http://127.0.0.1:1/a", "storage-secret-2");
        var thief = await CreateTarget(hub, "B", "http://127.0.0.1:1/b", "storage-secret-3");
        await Sql(hub, $"update integrations.integrations set secrets = (select secrets from integrations.integrations where id = {source}) where id = {thief}");
        (await hub.Http.Get("integrations")).Expect(200).GetProperty("items").GetArrayLength().Should().Be(2);
        (await hub.Http.Get($"integrations/{thief}")).Expect(200).GetProperty("configuration").GetProperty("auth_token").GetString().Should().Be("[ENCRYPTED]");
        var tested = (await hub.Http.Post($"integrations/{thief}/test")).Expect(200);
        (tested.GetProperty("success").GetBoolean(), tested.GetProperty("reason").GetString()).Should().Be((false, "config"));
        tested.GetProperty("message").GetString().Should().Contain("auth_token").And.Contain("Enter it again");
        var connection = await Ask(hub, new AskConnection(thief));
        connection!.Problem.Should().Contain("cannot be decrypted");
        connection.Headers.Should().BeEmpty();

        await Sql(hub, $$"""update integrations.integrations set secrets = jsonb_build_object('secret', secrets -> 'auth_token') where id = {{source}}""");
        (await Ask(hub, new AskConnection(source)))!.Problem.Should().Contain("secret cannot be decrypted");
        (await hub.Http.Patch($"integrations/{thief}", """{"configuration":{"auth_token":"storage-secret-4"}}""")).Expect(200);
        (await Ask(hub, new AskConnection(thief)))!.Headers["Authorization"].Should().Be("Bearer storage-secret-4");
    }

    [Test]
    public async Task Secrets_of_the_environment_are_named_by_integration_first_and_belong_to_platform_admins()
    {
        await using var target = await StubServer.Start(_ => (200, "{}"));
        await using var hub = await HubFixture.Start(setup =>
        {
            setup.Settings["WEBHOOK_AUTH_TOKEN"] = "environment-secret-of-type";
            setup.Settings["INTEGRATION_2_AUTH_TOKEN"] = "environment-secret-of-two";
        });
        object Body(string name, long scope) => new
        {
            scope_id = scope, name, integration_type = "webhook", secret_source = "environment",
            configuration = new { direction = "outbound", url = target.Url, auth_type = "bearer" },
        };
        var tenant = await hub.CreateScope("tenant", "Acme");
        var admin = await hub.ClientWith("admin", tenant);
        (await admin.Post("integrations", Body("Mine", tenant))).Expect(403);
        (await hub.Http.Post("integrations", Body("One", tenant))).Expect(201).GetProperty("configuration").GetProperty("auth_token").GetString().Should().Be("[FROM_ENVIRONMENT]");
        (await hub.Http.Post("integrations", Body("Two", tenant))).Expect(201).GetProperty("id").GetInt64().Should().Be(2);
        (await admin.Patch("integrations/1", new { configuration = new { url = "http://127.0.0.1:1" } })).Expect(403);
        (await hub.Http.Patch("integrations/1", """{"configuration":{"auth_token":"sent-anyway"}}""")).Expect(400);
        (await hub.Http.Patch("integrations/1", """{"configuration":{"auth_token":"[FROM_ENVIRONMENT]"}}""")).Expect(200);
        foreach (var id in new[] { 1, 2 })
            (await hub.Http.Post($"integrations/{id}/test")).Expect(200);
        target.Requests.Select(request => request.Headers["Authorization"]).Should().Equal("Bearer environment-secret-of-type", "Bearer environment-secret-of-two");

        (await hub.Http.Patch("integrations/1", new { secret_source = "stored" })).Expect(400).GetProperty("errors").TryGetProperty("configuration.auth_token", out _).Should().BeTrue();
        (await hub.Http.Patch("integrations/1", new { secret_source = "stored", configuration = new { auth_token = "now stored" } })).Expect(200)
            .GetProperty("configuration").GetProperty("auth_token").GetString().Should().Be("[ENCRYPTED]");
    }

    [Test]
    public async Task Two_starters_share_one_first_key()
    {
        var database = await HubDatabases.Create();
        var hubs = await Task.WhenAll(HubFixture.Start(setup => setup.ConnectionString = database), HubFixture.Start(setup => setup.ConnectionString = database));
        await using var connection = new NpgsqlConnection(database);
        (await connection.ExecuteScalarAsync<long>("select count(*) from integrations.data_protection_keys")).Should().Be(1);
        (await connection.ExecuteScalarAsync<string>("select xml from integrations.data_protection_keys")).Should().Contain("hubMasterKey").And.NotContain("<masterKey");
        var id = await CreateTarget(hubs[0], "Shared", "http://127.0.0.1:1", "storage-secret-5");
        (await Ask(hubs[1], new AskConnection(id)))!.Secrets.Should().Equal("storage-secret-5");
        foreach (var hub in hubs)
            await hub.DisposeAsync();
    }

    [Test]
    public async Task Another_master_key_is_refused_at_start_unless_the_loss_is_accepted()
    {
        const string other = "b3RoZXItbWFzdGVyLWtleS0wMTIzNDU2Nzg5YWJjZGU=";
        var database = await HubDatabases.Create();
        long id;
        await using (var first = await HubFixture.Start(setup => setup.ConnectionString = database))
            id = await CreateTarget(first, "Kept", "http://127.0.0.1:1", "storage-secret-6");

        Task<HubFixture> Start(string? key, bool accept) => HubFixture.Start(setup =>
        {
            setup.ConnectionString = database;
            setup.Settings["Hub:AcceptLostSecrets"] = accept.ToString();
            if (key is not null)
                setup.Settings["HUB_MASTER_KEY"] = key;
        });
        await FluentActions.Invoking(() => Start(other, false)).Should().ThrowAsync<MasterKeyException>()
            .WithMessage("*does not open the key ring*1 integrations or scopes hold secrets*HUB_MASTER_KEY*--accept-lost-secrets*");
        await FluentActions.Invoking(() => Start("nonsense", true)).Should().ThrowAsync<MasterKeyException>().WithMessage("HUB_MASTER_KEY must hold 32 bytes*");
        await using (var restored = await Start(null, false))
            (await Ask(restored, new AskConnection(id)))!.Secrets.Should().Equal("storage-secret-6");

        await using (var accepted = await Start(other, true))
        {
            var health = (await accepted.Http.Get($"integrations/{id}/health")).Expect(200);
            (health.GetProperty("health_status").GetString(), health.GetProperty("reason").GetString()).Should().Be(("error", "config"));
            health.GetProperty("message").GetString().Should().Contain("auth_token cannot be decrypted").And.Contain("Enter it again");
            (await accepted.Http.Get($"integrations/{id}")).Expect(200);
            (await Ask(accepted, new AskConnection(id)))!.Problem.Should().NotBeNull();
            (await accepted.Http.Patch($"integrations/{id}", """{"configuration":{"auth_token":"storage-secret-7"}}""")).Expect(200);
        }

        await using var later = await Start(other, false);
        (await Ask(later, new AskConnection(id)))!.Secrets.Should().Equal("storage-secret-7");
    }
}
