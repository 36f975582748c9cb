using System.Text.Json;
using Dapper;
using Hub.TestHarness;
using Npgsql;
using NUnit.Framework;

namespace Hub.Integrations.Tests.Imports;

/// <summary>One hub for all tests of this folder that keep to tenants of their own.</summary>
[SetUpFixture]
public sealed class ImportHub
{
    private static HubFixture? hub;
    private static int count;

    public static HubFixture Hub => hub ?? throw new InvalidOperationException("The hub has not started.");

    public static string OldRulesets => File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Imports", "old-rulesets.json"));

    public static string OldIntegrations => File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Imports", "old-integrations.json"));

    public static Task<long> Tenant() => Hub.CreateScope("tenant", $"Tenant {Interlocked.Increment(ref count)}");

    public static async Task<JsonElement> Rulesets(long scope, string rows, string query = "") =>
        (await Hub.Http.Post($"imports/rulesets?scope_id={scope}{query}", rows)).Expect(200);

    public static async Task<JsonElement> Integrations(long scope, string rows, string query = "") =>
        (await Hub.Http.Post($"imports/integrations?scope_id={scope}{query}", rows)).Expect(200);

    public static async Task<JsonElement[]> RulesetsOf(long scope) =>
        [.. (await Hub.Http.Get($"rulesets?parent_id={scope}&limit=200")).Expect(200).GetProperty("items").EnumerateArray()];

    public static async Task<JsonElement[]> IntegrationsOf(long scope) =>
        [.. (await Hub.Http.Get($"integrations?scope_id={scope}&limit=200")).Expect(200).GetProperty("items").EnumerateArray()];

    /// <summary>Created rulesets, updated ones, created integrations, updated ones.</summary>
    public static (int, int, int, int) Counts(JsonElement report) => (
        report.GetProperty("rulesets_created").GetInt32(), report.GetProperty("rulesets_updated").GetInt32(),
        report.GetProperty("integrations_created").GetInt32(), report.GetProperty("integrations_updated").GetInt32());

    public static string[] Skipped(JsonElement report, string name, string? column = null) =>
    [
        .. report.GetProperty("skipped").EnumerateArray()
            .Where(skip => skip.GetProperty("ruleset").GetString() == name && (column is null || skip.GetProperty("column").GetString() == column))
            .Select(skip => skip.GetProperty("reason").GetString()!),
    ];

    public static JsonElement[] Errors(JsonElement report) => [.. report.GetProperty("errors").EnumerateArray()];

    public static string Text(JsonElement item, string member) => item.GetProperty(member).ToString();

    /// <summary>Everything that a change would leave a trace in.</summary>
    public static async Task<string> Traces(long tenant)
    {
        await using var connection = new NpgsqlConnection(Hub.ConnectionString);
        return (await connection.ExecuteScalarAsync<string>("""
            select concat_ws(';',
                (select string_agg(concat_ws(',', id, version, updated_at, xmin), ' ' order by id) from integrations.scopes where path @> array[@tenant]::bigint[]),
                (select string_agg(concat_ws(',', id, version, updated_at, xmin, secrets), ' ' order by id) from integrations.integrations where scope_path @> array[@tenant]::bigint[]),
                (select count(*) from kernel.audit_log where scope_path @> array[@tenant]::bigint[]),
                (select string_agg(concat_ws(',', integration_id, l.xmin), ' ' order by integration_id) from integrations.legacy_integrations l
                    join integrations.integrations i on i.id = integration_id where i.scope_path @> array[@tenant]::bigint[]))
            """, new { tenant }))!;
    }

    [OneTimeSetUp]
    public static async Task Start() => hub = await HubFixture.Start(setup => setup.Workers = false);

    [OneTimeTearDown]
    public static async Task Stop()
    {
        if (hub is not null)
            await hub.DisposeAsync();
    }
}
