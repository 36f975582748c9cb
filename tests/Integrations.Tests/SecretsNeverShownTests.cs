using System.Text;
using Dapper;
using FluentAssertions;
using Hub.FakeJira;
using Hub.TestHarness;
using Npgsql;
using NUnit.Framework;

namespace Hub.Integrations.Tests;

public sealed class SecretsNeverShownTests
{
    private const string Good = "ATATT3xNeverShownGoodToken0001";
    private const string Wrong = "NeverShownWrongToken0002";
    private const string Hook = "NeverShownWebhookSecret0003";
    private const string Echoed = "NeverShownEchoedToken0004";

    [Test]
    public async Task No_secret_appears_in_any_answer_log_audit_entry_or_stored_row()
    {
        await using var jira = await FakeJiraServer.Start(new FakeJiraOptions { Token = Good, Issues = 2 });
        await using var parrot = await StubServer.Start(request => (401, $$"""{"message":"refused {{request.Headers.GetValueOrDefault("Authorization")}}"}"""));
        await using var hub = await HubFixture.Start();
        var project = await hub.CreateProject();
        var seen = new StringBuilder();
        async Task Note(Task<Answer> call)
        {
            var answer = await call;
            seen.Append(answer.Response.Headers).AppendLine(answer.Text);
        }

        object Jira(string token) => new { jira_url = jira.Url, email = jira.Options.Email, api_key = token, project_key = "HUB", webhook_secret = Hook };
        await Note(hub.Http.Post($"projects/{project}/jira-config", Jira(Wrong)));
        await Note(hub.Http.Post($"projects/{project}/jira-config?force=true", Jira(Wrong)));
        await Note(hub.Http.Post($"projects/{project}/jira-config", Jira(Good), ("Idempotency-Key", "never-shown")));
        await Note(hub.Http.Post($"projects/{project}/jira-config", Jira(Good), ("Idempotency-Key", "never-shown")));
        await Note(hub.Http.Post($"projects/{project}/jira-config", $"{{\"jira_url\":5,\"api_key\":\"{Good}\",\"{Wrong}"));
        await Note(hub.Http.Get($"projects/{project}/jira-config"));
        await Note(hub.Http.Post($"projects/{project}/jira-test-connection"));
        await Note(hub.Http.Post("integrations", new
        {
            scope_id = project, name = "Parrot", integration_type = "webhook",
            configuration = new { direction = "outbound", url = parrot.Url, auth_type = "bearer", auth_token = Echoed, secret = Hook },
        }));
        var ids = (await hub.Http.Get("integrations")).Expect(200).GetProperty("items").EnumerateArray().Select(item => item.GetProperty("id").GetInt64()).ToArray();
        ids.Should().HaveCount(2);
        foreach (var id in ids)
        {
            await Note(hub.Http.Post($"integrations/{id}/test"));
            await Note(hub.Http.Get($"integrations/{id}"));
            await Note(hub.Http.Get($"integrations/{id}/health"));
            await Note(hub.Http.Patch($"integrations/{id}", """{"configuration":{"never_shown_field":1}}"""));
            await Note(hub.Http.Patch($"integrations/{id}", new { name = $"Renamed {id}" }));
        }

        await Note(hub.Http.Post("integrations/test", new { scope_id = project, integration_type = "jira", configuration = new { base_url = parrot.Url, email = "a@b.c", api_token = Echoed } }));
        await Note(hub.Http.Post("integrations", new { scope_id = project, name = "Bad", integration_type = "jira", configuration = new { base_url = Good, api_token = Good + "\u0001" } }));
        await Note(hub.Http.Get("integrations/health"));
        await Note(hub.Http.Get("audit"));
        await Note(hub.Http.Get($"integrations/resolve?integration_type=jira&scope_id={project}"));
        parrot.Requests.Should().Contain(request => request.Headers["Authorization"].Contains(Echoed), "the credential really was sent and came back");

        var rows = await Stored(hub);
        rows.Should().Contain("Parrot").And.Contain("integration.created");
        var basic = Convert.ToBase64String(Encoding.UTF8.GetBytes($"{jira.Options.Email}:{Good}"));
        var answers = seen.ToString();
        var logs = string.Join('\n', hub.Logs.Lines);
        logs.Should().Contain("127.0.0.1", "the calls were logged");
        foreach (var secret in new[] { Good, Wrong, Hook, Echoed, basic, Convert.ToBase64String(Encoding.UTF8.GetBytes($"a@b.c:{Echoed}")) })
        {
            answers.Should().NotContain(secret);
            logs.Should().NotContain(secret);
            rows.Should().NotContain(secret);
        }
    }

    private static async Task<string> Stored(HubFixture hub)
    {
        await using var connection = new NpgsqlConnection(hub.ConnectionString);
        var tables = await connection.QueryAsync<string>(
            "select format('%I.%I', table_schema, table_name) from information_schema.tables where table_schema in ('integrations', 'kernel') and table_type = 'BASE TABLE'");
        var text = new StringBuilder();
        foreach (var table in tables)
            foreach (var row in await connection.QueryAsync<string>($"select t::text from {table} t"))
                text.AppendLine(row);
        return text.ToString();
    }
}
