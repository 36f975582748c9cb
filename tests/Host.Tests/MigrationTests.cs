using Dapper;
using FluentAssertions;
using Hub.Host.Startup;
using Hub.SharedKernel.Data;
using Hub.SharedKernel.Migrations;
using Hub.TestHarness;
using Npgsql;
using NUnit.Framework;

namespace Hub.Host.Tests;

public sealed class MigrationTests
{
    [Test]
    public async Task Up_down_and_up_again_gives_the_same_schema()
    {
        await using var source = await Empty();
        await HubMigrations.Up(source, TimeProvider.System, null, default);
        var first = await Describe(source);
        await HubMigrations.Down(source, null, 0, TimeProvider.System, null, default);
        var between = await Describe(source);
        await HubMigrations.Up(source, TimeProvider.System, null, default);

        first.Count.Should().BeGreaterThan(100);
        between.Should().OnlyContain(line => line.Contains("schema_history", StringComparison.Ordinal), "only the journals stay");
        (await Describe(source)).Should().Equal(first);
    }

    [Test]
    public async Task Starters_at_the_same_time_apply_each_step_once()
    {
        await using var source = await Empty();
        var known = (await HubMigrations.Status(source, TimeProvider.System, default)).Sum(schema => schema.Known);
        var counts = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => HubMigrations.Up(source, TimeProvider.System, null, default))));
        counts.Sum().Should().Be(known);
        (await HubMigrations.Status(source, TimeProvider.System, default)).Sum(schema => schema.Applied).Should().Be(known);
    }

    [Test]
    public async Task An_edited_step_is_refused()
    {
        await using var source = await Empty();
        await HubMigrations.Up(source, TimeProvider.System, null, default);
        await Execute(source, "update kernel.schema_history set checksum = 'other' where version = 1");
        var up = () => HubMigrations.Up(source, TimeProvider.System, null, default);
        (await up.Should().ThrowAsync<MigrationException>()).WithMessage("*0001*edited after it was applied*");
    }

    [Test]
    public async Task A_database_of_a_newer_build_is_refused()
    {
        await using var source = await Empty();
        await HubMigrations.Up(source, TimeProvider.System, null, default);
        await Execute(source, "insert into kernel.schema_history (version, name, checksum, duration_ms) values (900, 'future', 'x', 0)");
        var up = () => HubMigrations.Up(source, TimeProvider.System, null, default);
        (await up.Should().ThrowAsync<MigrationException>()).WithMessage("*is at step 900*");
    }

    private static async Task<NpgsqlDataSource> Empty()
    {
        DapperSetup.Apply();
        return DataServices.Open(await TestPostgres.CreateDatabase());
    }

    private static async Task Execute(NpgsqlDataSource source, string sql)
    {
        await using var connection = await source.OpenConnectionAsync();
        await connection.ExecuteAsync(sql);
    }

    private static async Task<IReadOnlyList<string>> Describe(NpgsqlDataSource source)
    {
        await using var connection = await source.OpenConnectionAsync();
        return [.. await connection.QueryAsync<string>("""
            select format('column %s.%s.%s %s %s %s %s', table_schema, table_name, column_name, data_type, is_nullable, column_default, generation_expression) as line
            from information_schema.columns where table_schema in ('kernel', 'schemas', 'integrations', 'sync', 'webhooks')
            union all
            select format('index %s', indexdef) from pg_indexes where schemaname in ('kernel', 'schemas', 'integrations', 'sync', 'webhooks')
            union all
            select format('constraint %s %s %s', conrelid::regclass, conname, pg_get_constraintdef(oid)) from pg_constraint
            where connamespace::regnamespace::text in ('kernel', 'schemas', 'integrations', 'sync', 'webhooks')
            union all
            select format('routine %s %s', oid::regprocedure, prosrc) from pg_proc where pronamespace::regnamespace::text in ('kernel', 'schemas', 'integrations', 'sync', 'webhooks')
            order by line
            """)];
    }
}
