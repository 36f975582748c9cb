using System.Security.Cryptography;
using System.Text.Json;
using Dapper;
using FluentAssertions;
using Hub.FakeJira;
using Hub.SharedKernel.Secrets;
using Hub.TestHarness;
using Npgsql;
using NUnit.Framework;

namespace Hub.Integrations.Tests.Leaks;

public sealed class LeakTests
{
    private readonly List<string> markers = [];

    private string Marker(string before = "") => Add(before + "mk" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16)));

    private string Add(string marker)
    {
        markers.Add(marker);
        return marker;
    }

    [Test]
    public async Task No_secret_of_a_whole_exercise_is_found_in_anything_the_hub_lets_out()
    {
        using var haystack = new Haystack();
        await using var parrot = await ParrotServer.Start();
        await using var jira = await FakeJiraServer.Start(new FakeJiraOptions { Token = Marker("ATATT3x"), Issues = 3 });
        await using var hub = await HubFixture.Start(setup => (setup.KeepAnswers, setup.Settings["WEBHOOK_AUTH_TOKEN"]) = (true, Marker("environment-")));
        var tenant = await hub.CreateScope("tenant", "Acme");
        var project = await hub.CreateProject("Payments", tenant);

        await Configure(hub, parrot, tenant);
        await UseProject(hub, jira, project);
        await Refuse(hub, tenant);
        await Inherit(hub, tenant, project);
        await Subscribe(hub, tenant);
        await Rotate(hub);
        await ReadAll(hub, tenant, project);

        parrot.Heard.Should().BeGreaterThan(80, "the secrets really were sent, and came back in many forms");
        markers.Should().HaveCountGreaterThan(25);
        var found = new List<string>();
        foreach (var (place, text) in await haystack.Gather(hub))
        {
            text.Should().NotBeEmpty(place);
            foreach (var marker in markers)
                foreach (var form in SecretForms.Of(marker))
                    if (text.IndexOf(form, StringComparison.Ordinal) is >= 0 and var at)
                        found.Add($"{place}: ...{text[Math.Max(0, at - 160)..at]}<HERE>");
        }

        found.Should().BeEmpty();
    }

    private async Task Configure(HubFixture hub, ParrotServer parrot, long tenant)
    {
        var types = new (string Type, Func<string, object> Configuration)[]
        {
            ("webhook", url => new { direction = "outbound", url, auth_type = "bearer", auth_token = Marker(), secret = Marker("whsec_") }),
            ("webhook", url => new { direction = "outbound", url, auth_type = "basic", auth_username = "user", auth_password = Marker("p&ss \"w<ö>rd/") }),
            ("webhook", url => new { direction = "outbound", url, auth_type = "header", auth_header = "X-Api-Key", auth_token = Marker() }),
            ("jira", url => new { base_url = url, email = "a@example.com", api_token = Marker("ATATT3x"), webhook_secret = Marker() }),
            ("github_repos", url => new { base_url = url, repository = "acme/api", access_token = Marker("ghp_") }),
            ("openai", url => new { base_url = url, api_key = Marker("sk-proj-") }),
            ("grafana", url => new { base_url = url, service_account_token = Marker("glsa_") }),
            ("elasticsearch", url => new { base_url = url, auth_type = "api_key", api_key = Marker() }),
            ("elasticsearch", url => new { base_url = url, auth_type = "basic", username = "elastic", password = Marker("p+ss=") }),
            ("gitlab", url => new { base_url = url, auth_type = "token", token = Marker("glpat-") }),
        };
        var number = 0;
        await Parallel.ForEachAsync(Pairs(types), new ParallelOptions { MaxDegreeOfParallelism = 4 }, async (one, _) =>
        {
            object configuration;
            lock (markers)
                configuration = one.type.Configuration($"{parrot.Url}/{one.form}");
            var body = new { scope_id = tenant, name = $"Parrot {Interlocked.Increment(ref number)}", integration_type = one.type.Type, configuration };
            await hub.Http.Post("integrations/test", new { body.scope_id, body.integration_type, body.configuration });
            await hub.Http.Post("integrations", body, ("Idempotency-Key", body.name));
            var created = await hub.Http.Post("integrations", body, ("Idempotency-Key", body.name));
            var id = created.Expect(201).GetProperty("id").GetInt64();
            (await hub.Http.Post($"integrations/{id}/test")).Status.Should().Be(200);
            (await hub.Http.Patch($"integrations/{id}", new { priority = 7 })).Expect(200);
            if (one.type.Type is "webhook")
                await hub.Http.Post("actions/push", new { integration_id = id, payload = new { hello = "world" } });
        });
        var fromEnvironment = (await hub.Http.Post("integrations", new
        {
            scope_id = tenant, name = "Environment", integration_type = "webhook", secret_source = "environment",
            configuration = new { direction = "outbound", url = $"{parrot.Url}/json401", auth_type = "bearer" },
        })).Expect(201).GetProperty("id").GetInt64();
        (await hub.Http.Post($"integrations/{fromEnvironment}/test")).Expect(200);
    }

    // Every type meets a third of the forms, and every form several types.
    private static IEnumerable<(T type, string form)> Pairs<T>(T[] types) =>
        from i in Enumerable.Range(0, types.Length)
        from j in Enumerable.Range(0, ParrotServer.Forms.Length)
        where (i + j) % 3 == 0
        select (types[i], ParrotServer.Forms[j]);

    private async Task UseProject(HubFixture hub, FakeJiraServer jira, long project)
    {
        var hook = Marker();
        object Form(string token) => new { jira_url = jira.Url, email = jira.Options.Email, api_key = token, project_key = "HUB", webhook_secret = hook };
        (await hub.Http.Post($"projects/{project}/jira-config", Form(Marker()))).Expect(422);
        (await hub.Http.Post($"projects/{project}/jira-config?force=true", Form(Marker()), ("Idempotency-Key", "forced"))).Expect(201);
        (await hub.Http.Post($"projects/{project}/jira-config?force=true", Form(markers[^1]), ("Idempotency-Key", "forced"))).Expect(201);
        var stored = (await hub.Http.Post($"projects/{project}/jira-config", Form(jira.Options.Token))).Expect(200);
        var run = (await hub.Http.Post($"projects/{project}/jira-sync", new { sync_type = "full" })).Expect(202).GetProperty("run").GetProperty("id").GetString();
        await HubFixture.Eventually(
            async () => (await hub.Http.Get($"sync-runs/{run}")).Expect(200).GetProperty("status").GetString(), status => status is "completed" or "failed", "the run ends");
        (await jira.SendWebhook(new Uri(hub.Url, "/webhooks/jira").ToString(), hook, "jira:issue_updated", "HUB-1")).Status.Should().Be(202);
        (await jira.SendWebhook(new Uri(hub.Url, "/webhooks/jira").ToString(), Marker(), "jira:issue_updated", "HUB-1")).Status.Should().Be(401);
        var url = (await hub.Http.Get($"integrations/{stored.GetProperty("integration_id").GetInt64()}")).Expect(200).GetProperty("webhook_url").GetString()!;
        (await hub.ClientFor(null).Post(url, """{"webhookEvent":"x"}""", ("Authorization", $"Bearer {Marker()}"), ("X-Hub-Signature", Marker("sha256=")))).Status.Should().Be(401);
    }

    private static async Task Subscribe(HubFixture hub, long tenant)
    {
        var endpoint = (await hub.Http.Post("webhooks/endpoints", new { scope_id = tenant, url = "http://127.0.0.1:1/hook", event_types = new[] { "ticket.created" } })).Expect(201);
        (await hub.Http.Post($"webhooks/endpoints/{endpoint.GetProperty("id").GetInt64()}/rotate-secret")).Status.Should().Be(200);
    }

    private async Task Refuse(HubFixture hub, long tenant)
    {
        object Bad(string type, object configuration) => new { scope_id = tenant, name = "Bad", integration_type = type, configuration };
        (await hub.Http.Post("integrations", Bad("openai", new { api_key = Marker("not a key ") }))).Expect(400);
        (await hub.Http.Post("integrations", Bad("jira", new { base_url = Marker("nowhere-"), email = "a@example.com", api_token = Marker() + "\u0001" }))).Expect(400);
        (await hub.Http.Post("integrations", Bad("jira", new { base_url = $"https://user:{Marker()}@example.com", email = "a@example.com", api_token = Marker() }))).Expect(400);
        (await hub.Http.Post("integrations", Bad("openai", new { api_key = new[] { Marker() } }))).Expect(400);
        (await hub.Http.Post("integrations", $$"""{"scope_id":"{{Marker()}}","configuration":{"api_key":"{{Marker()}}"} }""")).Expect(400);
        (await hub.Http.Post("integrations", $$"""{"configuration":{"api_key":"{{Marker()}}","api_key" {{Marker()}}""")).Expect(400);
        (await hub.Http.Get($"integrations?status={Marker()}")).Expect(400);
        (await hub.ClientFor(Marker("hub_")).Get("me")).Expect(401);
    }

    private async Task Inherit(HubFixture hub, long tenant, long project)
    {
        (await hub.Http.Put($"scopes/{tenant}/config/openai", new { values = new { api_key = Marker("sk-inherited-") } })).Expect(200);
        (await hub.Http.Post($"scopes/{tenant}/config/openai/preview", new { values = new { api_key = Marker("sk-previewed-") } })).Expect(200);
        (await hub.Http.Put($"scopes/{tenant}/config/openai", new { values = new { api_key = Marker("wrong ") } })).Expect(400);
        (await hub.Http.Get($"scopes/{project}/config")).Expect(200);
    }

    private static async Task Rotate(HubFixture hub)
    {
        var id = (await hub.Http.Post("secrets/rotate")).Expect(202).GetProperty("id").GetInt64();
        var ended = await HubFixture.Eventually(
            async () => (await hub.Http.Get($"secrets/rotations/{id}")).Expect(200), one => one.GetProperty("state").GetString() == "completed", "the rotation ends");
        ended.GetProperty("unreadable").GetInt64().Should().Be(0);
        await RequireStores(hub, SealedText.PrefixOf(ended.GetProperty("key_id").GetGuid()));
    }

    // A table that keeps ciphertexts and is not known to the rotation would show here. Kept answers live for a day, and states of sign-ins for minutes.
    private static async Task RequireStores(HubFixture hub, string prefix)
    {
        await using var connection = new NpgsqlConnection(hub.ConnectionString);
        var left = new List<string>();
        var met = 0;
        foreach (var table in await connection.QueryAsync<string>("""
            select format('%I.%I', table_schema, table_name) from information_schema.tables
            where table_schema not in ('pg_catalog', 'information_schema') and table_type = 'BASE TABLE'
              and table_name not in ('idempotency_keys', 'oauth_states', 'sso_attempts')
            """))
            foreach (var row in await connection.QueryAsync<string>($"select t::text from {table} t where t::text like '%CfDJ8%'"))
                foreach (var ciphertext in row.Split("CfDJ8").Skip(1))
                {
                    met++;
                    if (!("CfDJ8" + ciphertext).StartsWith(prefix, StringComparison.Ordinal))
                        left.Add(table);
                }

        met.Should().BeGreaterThan(40);
        left.Should().BeEmpty("everything is encrypted with the new key");
    }

    private static async Task ReadAll(HubFixture hub, long tenant, long project)
    {
        foreach (var path in new[]
        {
            "integrations?limit=200", "integrations/health", "audit?limit=200", $"scopes/{tenant}/config", $"projects/{project}/jira-config", "webhooks/events", "webhooks/status",
            "exports/integrations?form=legacy", "secrets/rotations", "keys", "/metrics", "/health", "/openapi/v1.json", $"integrations/resolve?integration_type=jira&scope_id={project}",
        })
            (await hub.Http.Get(path)).Status.Should().BeLessThan(500, path);
        foreach (var integration in (await hub.Http.Get("integrations?limit=200")).Expect(200).GetProperty("items").EnumerateArray().Select(item => item.GetProperty("id").GetInt64()))
        {
            await hub.Http.Get($"integrations/{integration}");
            await hub.Http.Get($"integrations/{integration}/config");
            await hub.Http.Get($"integrations/{integration}/health");
        }
    }
}
