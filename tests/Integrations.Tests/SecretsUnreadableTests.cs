using Dapper;
using FluentAssertions;
using Hub.Integrations.Contracts;
using Hub.TestHarness;
using MediatR;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using NUnit.Framework;

namespace Hub.Integrations.Tests;

public sealed class SecretsUnreadableTests
{
    [Test]
    public async Task Secrets_that_cannot_be_opened_break_nothing_but_their_integration()
    {
        await using var hub = await HubFixture.Start(setup => setup.Workers = false);
        var tenant = await hub.CreateScope("tenant", "Acme");
        var body = new
        {
            scope_id = tenant, name = "Own", integration_type = "jira",
            configuration = new { base_url = "http://127.0.0.1:1", email = "a@example.com", api_token = "unreadable-own-token", webhook_secret = "unreadable-hook" },
        };
        var own = (await hub.Http.Post("integrations", body, ("Idempotency-Key", "unreadable"))).Expect(201).GetProperty("id").GetInt64();
        (await hub.Http.Put($"scopes/{tenant}/config/openai", new { values = new { base_url = "http://127.0.0.1:1", api_key = "sk-unreadable-scope-token-1" } })).Expect(200);
        var inheriting = (await hub.Http.Post("integrations", new { scope_id = tenant, name = "Inheriting", integration_type = "openai", configuration = new { } })).Expect(201)
            .GetProperty("id").GetInt64();
        await using (var connection = new NpgsqlConnection(hub.ConnectionString))
            await connection.ExecuteAsync("""
                update integrations.integrations set secrets = jsonb_build_object('api_token', 'nonsense', 'webhook_secret', 'CfDJ8nonsense') where secrets <> '{}';
                update integrations.scope_configs set secrets = jsonb_build_object('api_key', 'nonsense');
                update kernel.idempotency_keys set body = '\x00'::bytea
                """);

        foreach (var path in new[]
        {
            "integrations", "integrations/health", $"integrations/{own}", $"integrations/{own}/config", $"integrations/{own}/health", $"scopes/{tenant}/config",
            $"scopes/{tenant}/config/openai", $"integrations/{inheriting}/config", $"integrations/resolve?integration_type=jira&scope_id={tenant}", "exports/integrations?form=legacy",
        })
            (await hub.Http.Get(path)).Status.Should().Be(200, path);
        foreach (var (id, field) in new[] { (own, "api_token"), (inheriting, "api_key") })
        {
            var tested = (await hub.Http.Post($"integrations/{id}/test")).Expect(200);
            (tested.GetProperty("success").GetBoolean(), tested.GetProperty("reason").GetString()).Should().Be((false, "config"));
            tested.GetProperty("message").GetString().Should().Contain(field).And.Contain("Enter it again");
            (await hub.Http.Get($"integrations/{id}/health")).Expect(200).GetProperty("health_status").GetString().Should().Be("error");
            (await Ask(hub, new AskConnection(id)))!.Problem.Should().Contain(field);
        }

        (await Ask(hub, new AskWebhookSources(Type: "jira"))).Should().ContainSingle().Which.Secrets.Should().BeEmpty();
        (await hub.Http.Post("integrations", body, ("Idempotency-Key", "unreadable"))).Expect(409).GetProperty("code").GetString().Should().Be("idempotency_lost");
        (await hub.Http.Put($"scopes/{tenant}/config/openai", new { values = new { base_url = "http://127.0.0.1:1", api_key = "sk-unreadable-scope-token-2" } })).Expect(200);
        (await Ask(hub, new AskConnection(inheriting)))!.Problem.Should().BeNull();
        (await hub.Http.Patch($"integrations/{own}", new { configuration = new { api_token = "entered-again-token", webhook_secret = "entered-again-hook" } })).Expect(200);
        (await Ask(hub, new AskConnection(own)))!.Problem.Should().BeNull();
    }

    private static async Task<T> Ask<T>(HubFixture hub, IRequest<T> question)
    {
        await using var scope = hub.Services.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<IMediator>().Send(question);
    }
}
