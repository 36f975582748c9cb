using System.Diagnostics;
using System.Text.Json;
using Dapper;
using FluentAssertions;
using Hub.Host.CommandLine;
using Hub.TestHarness;
using Npgsql;
using NUnit.Framework;

namespace Hub.Host.Tests;

/// <summary>The command as people run it: another process beside a hub that is serving.</summary>
public sealed class ImportCommandTests
{
    [Test]
    public async Task A_file_comes_in_beside_a_serving_hub_and_again_without_a_change()
    {
        await using var hub = await HubFixture.Start(setup => setup.Workers = false);
        var tenant = await hub.CreateScope("tenant", "Acme");
        var file = Path.Combine(TestContext.CurrentContext.WorkDirectory, $"{Guid.NewGuid()}.json");
        await File.WriteAllTextAsync(file, """
            [{"id":1,"name":"Support","notion_config":"{\"token\":\"ntn_0123456789abcdefghij\"}"},{"name":""}]
            """);
        var dry = await Run(hub, "import", "rulesets", file, "--scope", $"{tenant}", "--dry-run");
        (dry.Code, dry.Report.GetProperty("rulesets_created").GetInt32(), dry.Report.GetProperty("errors").GetArrayLength()).Should().Be((1, 1, 1));
        (await hub.Http.Get($"rulesets?parent_id={tenant}")).Expect(200).GetProperty("items").GetArrayLength().Should().Be(0);
        (await Run(hub, "import", "rulesets", file, "--scope", $"{tenant}")).Report.GetProperty("integrations_created").GetInt32().Should().Be(1);
        var ruleset = (await hub.Http.Get($"rulesets?parent_id={tenant}")).Expect(200).GetProperty("items")[0].GetProperty("id").GetInt64();
        (await hub.Http.Get($"rulesets/{ruleset}/legacy?include_secrets=true")).Text.Should().Contain("ntn_0123456789abcdefghij", "the hub reads what the command encrypted");

        await File.WriteAllTextAsync(file, (await hub.Http.Get($"rulesets/{ruleset}/legacy")).Text is var row ? $"[{row}]" : "");
        var again = await Run(hub, "import", "rulesets", file, "--scope", $"{tenant}");
        again.Code.Should().Be(0, again.Errors);
        new[] { "rulesets_created", "rulesets_updated", "integrations_created", "integrations_updated" }
            .Select(count => again.Report.GetProperty(count).GetInt32()).Should().OnlyContain(count => count == 0);
        File.Delete(file);
    }

    [Test]
    public async Task A_database_comes_in_with_whatever_columns_it_has()
    {
        await using var hub = await HubFixture.Start(setup => setup.Workers = false);
        var old = await TestPostgres.CreateDatabase();
        await using (var connection = new NpgsqlConnection(old))
            await connection.ExecuteAsync("""
                create table integrations (id uuid primary key, name varchar(100), integration_type text, is_enabled smallint, config text, tenant_ref int);
                insert into integrations values
                    ('0192f3c4-0000-7000-8000-000000000001', 'AI', 'open-ai', 1, '{"apiKey":"sk-proj-0123456789abcdefghijklmnop"}', 7),
                    ('0192f3c4-0000-7000-8000-000000000002', 'Hook', 'webhook', 0, null, 7);
                """);
        var first = await Run(hub, "import", "integrations", "--connection", old);
        first.Code.Should().Be(0, first.Errors);
        first.Report.GetProperty("integrations_created").GetInt32().Should().Be(2);
        first.Errors.Should().Contain("tenant_ref", "what is not read is said once");
        (await hub.Http.Get("integrations?scope_id=1")).Expect(200).GetProperty("items").EnumerateArray()
            .Select(item => $"{item.GetProperty("name")} {item.GetProperty("status")}").Should().Equal("AI active", "Hook inactive");
        (await Run(hub, "import", "integrations", "--connection", old)).Report.GetProperty("integrations_updated").GetInt32().Should().Be(0);
        await TestPostgres.Drop(old);
    }

    [Test]
    public async Task An_old_database_that_cannot_be_read_is_explained_without_the_connection_string()
    {
        var empty = await TestPostgres.CreateDatabase();
        (await Fault(empty)).Should().Contain("no such table");
        (await Fault("Pasword=hidden-word;Host=x")).Should().Contain("--connection").And.NotContain("hidden-word");
        (await Fault("Host=127.0.0.1;Port=1;Username=u;Password=hidden-word")).Should().Contain("cannot be read").And.NotContain("hidden-word");
        await TestPostgres.Drop(empty);

        static async Task<string> Fault(string connection)
        {
            var read = async () => await OldDatabase.Read(OldDatabase.Rulesets, connection, _ => { }).ToListAsync();
            return (await read.Should().ThrowAsync<StartupException>()).Which.Message;
        }
    }

    private sealed record Ended(int Code, string Output, string Errors)
    {
        public JsonElement Report => JsonElement.Parse(Output);
    }

    private static async Task<Ended> Run(HubFixture hub, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [typeof(HubHost).Assembly.Location, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["ConnectionStrings__Hub"] = hub.ConnectionString, ["HUB_MASTER_KEY"] = HubDatabases.MasterKey },
        };
        using var process = Process.Start(start)!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return new Ended(process.ExitCode, await output, await errors);
    }
}
