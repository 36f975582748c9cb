using System.Text.Json;
using Dapper;
using FluentAssertions;
using Hub.Integrations.Contracts;
using Hub.Integrations.Secrets;
using Hub.SharedKernel.Secrets;
using Hub.TestHarness;
using MediatR;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using NUnit.Framework;

namespace Hub.Integrations.Tests;

public sealed class SecretsRotationTests
{
    private static async Task<long> CreateTarget(HubFixture hub, string name, string token, long scope = 1) => (await hub.Http.Post("integrations", new
    {
        scope_id = scope, name, integration_type = "webhook",
        configuration = new { direction = "outbound", url = "http://127.0.0.1:1", auth_type = "bearer", auth_token = token, secret = $"{token}-hook" },
    })).Expect(201).GetProperty("id").GetInt64();

    private static async Task<T> Sql<T>(HubFixture hub, string sql)
    {
        await using var connection = new NpgsqlConnection(hub.ConnectionString);
        return (await connection.ExecuteScalarAsync<T>(sql))!;
    }

    private static async Task<T> Ask<T>(HubFixture hub, IRequest<T> question)
    {
        await using var scope = hub.Services.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<IMediator>().Send(question);
    }

    private static async Task<JsonElement> Finish(HubFixture hub, long id)
    {
        while (await Ask(hub, new ContinueSecretRotation()) > 0)
        {
        }

        return (await hub.Http.Get($"secrets/rotations/{id}")).Expect(200);
    }

    private static Task<string> SecretsOf(HubFixture hub, long id) => Sql<string>(hub, $"select secrets::text from integrations.integrations where id = {id}");

    private static async Task<string> TokenOf(HubFixture hub, long id) => (await Ask(hub, new AskConnection(id)))!.Headers.GetValueOrDefault("Authorization") ?? "none";

    [Test]
    public async Task Every_secret_is_encrypted_anew_and_nothing_else_changes()
    {
        await using var hub = await HubFixture.Start(setup => (setup.Workers, setup.Settings["Hub:Secrets:RotationBatch"]) = (false, "2"));
        var tenant = await hub.CreateScope("tenant", "Acme");
        var ids = new List<long>();
        for (var i = 0; i < 5; i++)
            ids.Add(await CreateTarget(hub, $"Target {i}", $"rotated-secret-{i}", tenant));
        (await hub.Http.Put($"scopes/{tenant}/config/openai", new { values = new { api_key = "sk-rotated-secret-of-the-scope-1" } })).Expect(200);
        (await hub.Http.Patch($"integrations/{ids[1]}", new { configuration = new { secret = "the-secret-that-follows" } })).Expect(200);
        foreach (var secret in new[] { "the-scope-s-first-secret", "the-scope-s-second-secret" })
            (await hub.Http.Put($"scopes/{tenant}/config/github_repos", new { values = new { webhook_secret = secret } })).Expect(200);
        var before = (await hub.Http.Get($"integrations/{ids[0]}")).Expect(200).ToString();
        var audit = await Sql<long>(hub, "select count(*) from kernel.audit_log");

        var answer = await hub.Http.Post("secrets/rotate");
        var started = answer.Expect(202);
        var id = started.GetProperty("id").GetInt64();
        answer.Response.Headers.Location!.ToString().Should().Be($"/api/v1/secrets/rotations/{id}");
        (started.GetProperty("state").GetString(), started.GetProperty("total").GetInt64(), started.GetProperty("done").GetInt64()).Should().Be(("running", 14, 0));
        var refused = (await hub.Http.Post("secrets/rotate")).Expect(409);
        (refused.GetProperty("code").GetString(), refused.GetProperty("rotation_id").GetInt64()).Should().Be(("rotation_running", id));

        var finished = await Finish(hub, id);
        finished.GetProperty("state").GetString().Should().Be("completed");
        var source = (await Ask(hub, new AskWebhookSources(IntegrationId: ids[1]))).Single();
        (source.Secrets["secret"], source.FormerSecrets!["secret"]).Should().Be(("the-secret-that-follows", "rotated-secret-1-hook"));
        (finished.GetProperty("done").GetInt64(), finished.GetProperty("total").GetInt64(), finished.GetProperty("unreadable").GetInt64()).Should().Be((14, 14, 0));
        finished.GetProperty("stores").GetProperty("integrations.integrations").GetProperty("done").GetInt64().Should().Be(10);
        finished.GetProperty("stores").GetProperty("integrations.scope_configs").GetProperty("done").GetInt64().Should().Be(2);
        finished.GetProperty("stores").GetProperty("integrations.former_secrets").GetProperty("done").GetInt64().Should().Be(2);
        var prefix = SealedText.PrefixOf(finished.GetProperty("key_id").GetGuid());
        foreach (var (integration, i) in ids.Select((value, i) => (value, i)))
        {
            (await SecretsOf(hub, integration)).Split(prefix).Should().HaveCount(3, "both secrets are encrypted with the new key");
            (await TokenOf(hub, integration)).Should().Be($"Bearer rotated-secret-{i}");
        }

        (await Sql<string>(hub, "select secrets ->> 'api_key' from integrations.scope_configs where integration_type = 'openai'")).Should().StartWith(prefix);
        (await Sql<string>(hub, "select secret from integrations.former_secrets where scope_id is not null")).Should().StartWith(prefix);
        (await hub.Http.Get($"integrations/{ids[0]}")).Expect(200).ToString().Should().Be(before, "no version moves");
        (await Sql<long>(hub, "select count(*) from kernel.audit_log")).Should().Be(audit + 2);
        (await hub.Http.Get("audit?action=secrets.rotation_completed")).Expect(200).GetProperty("items").GetArrayLength().Should().Be(1);
        (await hub.Http.Get("secrets/rotations")).Expect(200).GetProperty("items").GetArrayLength().Should().Be(1);
        (await hub.Http.Post("secrets/rotate")).Expect(202);
    }

    [Test]
    public async Task Only_platform_admins_rotate()
    {
        await using var hub = await HubFixture.Start();
        var tenant = await hub.CreateScope("tenant", "Acme");
        foreach (var http in new[] { await hub.ClientWith("admin", tenant), await hub.ClientWith("manager", 1) })
        {
            (await http.Post("secrets/rotate")).Expect(403);
            (await http.Get("secrets/rotations")).Expect(403);
            (await http.Get("secrets/rotations/1")).Expect(403);
        }

        (await hub.Http.Get("secrets/rotations/77")).Expect(404);
    }

    [Test]
    public async Task Another_replica_opens_at_once_what_the_new_key_sealed_and_seals_with_it()
    {
        await using var first = await HubFixture.Start(setup => setup.Workers = false);
        await using var second = await HubFixture.Start(setup => (setup.Workers, setup.ConnectionString) = (false, first.ConnectionString));
        var old = await CreateTarget(first, "Old", "replica-secret-1");
        (await TokenOf(second, old)).Should().Be("Bearer replica-secret-1");
        var started = (await first.Http.Post("secrets/rotate")).Expect(202);
        var fresh = await CreateTarget(first, "New", "replica-secret-2");
        (await SecretsOf(second, fresh)).Should().Contain(SealedText.PrefixOf(started.GetProperty("key_id").GetGuid()));
        (await TokenOf(second, fresh)).Should().Be("Bearer replica-secret-2");
        (await Finish(second, started.GetProperty("id").GetInt64())).GetProperty("done").GetInt64().Should().Be(2);
        (await TokenOf(first, old)).Should().Be("Bearer replica-secret-1");
    }

    [Test]
    public async Task Workers_carry_a_rotation_on_that_a_crash_interrupted()
    {
        var database = await HubDatabases.Create();
        await using (var first = await HubFixture.Start(setup => (setup.ConnectionString, setup.Workers, setup.Settings["Hub:Secrets:RotationBatch"]) = (database, false, "1")))
        {
            for (var i = 0; i < 4; i++)
                await CreateTarget(first, $"Target {i}", $"crash-secret-{i}");
            (await first.Http.Post("secrets/rotate")).Expect(202);
            await Ask(first, new ContinueSecretRotation());
        }

        await using var later = await HubFixture.Start(setup => setup.ConnectionString = database);
        var ended = await HubFixture.Eventually(
            async () => (await later.Http.Get("secrets/rotations")).Expect(200).GetProperty("items")[0], one => one.GetProperty("state").GetString() == "completed", "it ends");
        ended.GetProperty("done").GetInt64().Should().Be(8);
        (await TokenOf(later, 4)).Should().Be("Bearer crash-secret-3");
    }

    [Test]
    public async Task An_edit_that_is_under_way_is_never_overwritten_and_is_encrypted_in_the_next_pass()
    {
        await using var hub = await HubFixture.Start(setup => setup.Workers = false);
        var (edited, other) = (await CreateTarget(hub, "Edited", "edit-secret-1"), await CreateTarget(hub, "Other", "edit-secret-2"));
        var id = (await hub.Http.Post("secrets/rotate")).Expect(202).GetProperty("id").GetInt64();
        await using var editor = new NpgsqlConnection(hub.ConnectionString);
        await editor.OpenAsync();
        await using (var tx = await editor.BeginTransactionAsync())
        {
            await editor.ExecuteAsync($"select 1 from integrations.integrations where id = {edited} for no key update");
            var held = await Finish(hub, id);
            (held.GetProperty("state").GetString(), held.GetProperty("done").GetInt64()).Should().Be(("running", 2));
            // A value kept from before, as an edit that read it before the key was made would write it.
            await editor.ExecuteAsync($"update integrations.integrations set priority = 7 where id = {edited}");
            await tx.CommitAsync();
        }

        (await Finish(hub, id)).GetProperty("state").GetString().Should().Be("completed");
        (await hub.Http.Get($"integrations/{edited}")).Expect(200).GetProperty("priority").GetInt32().Should().Be(7);
        (await TokenOf(hub, edited), await TokenOf(hub, other)).Should().Be(("Bearer edit-secret-1", "Bearer edit-secret-2"));
    }

    [Test]
    public async Task Unreadable_secrets_are_counted_once_and_left_as_they_are()
    {
        await using var hub = await HubFixture.Start(setup => (setup.Workers, setup.Settings["Hub:Secrets:RotationBatch"]) = (false, "1"));
        var (good, moved) = (await CreateTarget(hub, "Good", "unreadable-secret-1"), await CreateTarget(hub, "Moved", "unreadable-secret-2"));
        await Sql<int>(hub, $$"""
            update integrations.integrations set secrets = jsonb_build_object('auth_token', 'nonsense', 'secret', (select secrets -> 'secret' from integrations.integrations where id = {{good}}))
            where id = {{moved}}
            """);
        var before = await SecretsOf(hub, moved);
        var ended = await Finish(hub, (await hub.Http.Post("secrets/rotate")).Expect(202).GetProperty("id").GetInt64());
        (ended.GetProperty("state").GetString(), ended.GetProperty("done").GetInt64(), ended.GetProperty("unreadable").GetInt64()).Should().Be(("completed", 2, 2));
        (await SecretsOf(hub, moved)).Should().Be(before);
        (await TokenOf(hub, good)).Should().Be("Bearer unreadable-secret-1");
        var status = await Ask(hub, new AskSecretsStatus());
        status.Unreadable.Should().ContainSingle().Which.Should().BeEquivalentTo(new UnreadableSecrets($"integration:{moved}", ["secret", "auth_token"]));
        status.Keys.Select(key => key.State).Should().Equal("readable", "current");
    }

    [Test]
    public async Task Grants_are_encrypted_anew_too()
    {
        await using var hub = await HubFixture.Start(setup => setup.Workers = false);
        var id = await CreateTarget(hub, "Granted", "grant-secret-0");
        var protector = hub.Services.GetRequiredService<SecretProtector>();
        var owner = $"oauth-grant:{id}";
        await Sql<int>(hub, $"""
            insert into integrations.oauth_grants (integration_id, client, access_token, answer, scopes, redirect_uri, status, obtained_at, authorized_at)
            values ({id}, 'c', '{protector.Protect(owner, "access_token", "grant-secret-1")}', '{protector.Protect(owner, "answer", "grant-secret-2")}', '{"{}"}', 'https://hub.example.com', 'active', now(), now())
            """);
        var ended = await Finish(hub, (await hub.Http.Post("secrets/rotate")).Expect(202).GetProperty("id").GetInt64());
        ended.GetProperty("stores").GetProperty("integrations.oauth_grants").GetProperty("done").GetInt64().Should().Be(2);
        var prefix = SealedText.PrefixOf(ended.GetProperty("key_id").GetGuid());
        foreach (var (field, secret) in new[] { ("access_token", "grant-secret-1"), ("answer", "grant-secret-2") })
        {
            var stored = await Sql<string>(hub, $"select {field} from integrations.oauth_grants");
            stored.Should().StartWith(prefix);
            protector.TryUnprotect(owner, field, stored).Should().Be(secret);
        }

        (await Sql<long>(hub, "select count(*) from integrations.oauth_grants where refresh_token is null")).Should().Be(1);
    }

    [Test]
    public async Task A_replaced_key_is_archived_when_nothing_uses_it_any_more_and_not_before()
    {
        await using var hub = await HubFixture.Start(setup => setup.Workers = false);
        var (kept, moved) = (await CreateTarget(hub, "Kept", "archive-secret-1"), await CreateTarget(hub, "Moved", "archive-secret-2"));
        async Task<int> Archive()
        {
            await Sql<int>(hub, "update integrations.secret_rotations set archive_at = now() - interval '1 s' where archive_at is not null");
            await using var scope = hub.Services.CreateAsyncScope();
            return await scope.ServiceProvider.GetRequiredService<ArchiveKeys>().Run(default);
        }

        var id = (await hub.Http.Post("secrets/rotate")).Expect(202).GetProperty("id").GetInt64();
        (await Archive()).Should().Be(0);
        await Sql<int>(hub, $"update integrations.integrations set secrets = (select secrets from integrations.integrations where id = {kept}) where id = {moved}");
        await Finish(hub, id);
        (await Archive()).Should().Be(0, "an unreadable secret still names the old key");
        await using (var scope = hub.Services.CreateAsyncScope())
            (await scope.ServiceProvider.GetRequiredService<ArchiveKeys>().Run(default)).Should().Be(0, "it looks once a day only");
        (await hub.Http.Delete($"integrations/{moved}")).Expect(204);
        (await Archive()).Should().Be(1);
        (await Ask(hub, new AskSecretsStatus())).Keys.Select(key => key.State).Should().Equal("archived", "current");
        (await TokenOf(hub, kept)).Should().Be("Bearer archive-secret-1");
        (await Archive()).Should().Be(0);
    }

    [Test]
    public async Task A_test_that_was_under_way_while_its_secrets_were_encrypted_anew_still_counts()
    {
        HubFixture? running = null;
        await using var target = await StubServer.Start(_ =>
        {
            Finish(running!, running!.Http.Post("secrets/rotate").Result.Expect(202).GetProperty("id").GetInt64()).GetAwaiter().GetResult();
            return (200, "{}");
        });
        await using var hub = running = await HubFixture.Start(setup => setup.Workers = false);
        var id = await CreateTarget(hub, "Target", "under-way-secret-1");
        (await hub.Http.Patch($"integrations/{id}", new { configuration = new { url = target.Url, auth_token = "under-way-secret-2", secret = "under-way-secret-3" } })).Expect(200);
        (await hub.Http.Post($"integrations/{id}/test")).Expect(200).GetProperty("success").GetBoolean().Should().BeTrue();
        (await hub.Http.Get($"integrations/{id}")).Expect(200).GetProperty("health_status").GetString().Should().Be("healthy");
    }
}
