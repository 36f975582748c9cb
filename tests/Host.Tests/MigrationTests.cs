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

    [Test]
    public async Task What_was_synchronised_before_keeps_being_found_and_what_a_walk_had_met_stays_met()
    {
        await using var source = await Empty();
        await HubMigrations.Up(source, TimeProvider.System, null, default);
        await HubMigrations.Down(source, "sync", 6, TimeProvider.System, null, default);
        await Execute(source, """
            insert into sync.tickets (integration_id, scope_id, scope_path, site_key, external_id, key, project_key, summary, labels, remote_updated_at, raw,
                content_hash, hash_version, created_at, updated_at)
            select 1, 1, '{1}', 1, n, 'HUB-' || n, 'HUB', 'summary ' || n, '{}', now(), '', '', 1, now(), now() from generate_series(1, 3) n
            """);
        await Execute(source, "insert into sync.run_seen (run_id, external_id) select '01a1fbc6-1770-73af-b945-1d8f9aa7ed74', n from generate_series(1, 3) n");
        await HubMigrations.Up(source, TimeProvider.System, null, default);
        await using var connection = await source.OpenConnectionAsync();
        (await connection.QueryAsync<string>("""
            select t.key from sync.tickets t join sync.ticket_search s on s.ticket_id = t.id where s.words @@ websearch_to_tsquery('simple', 'summary -2') order by t.id
            """)).Should().Equal("HUB-1", "HUB-3");
        (await connection.QuerySingleAsync<int>("select cardinality(ids) from sync.run_seen")).Should().Be(3);
        await HubMigrations.Down(source, "sync", 6, TimeProvider.System, null, default);
        (await connection.QuerySingleAsync<long>("select count(*) from sync.run_seen where external_id = '2'")).Should().Be(1);
        (await connection.QuerySingleAsync<long>("select count(*) from sync.tickets where search @@ websearch_to_tsquery('simple', 'hub')")).Should().Be(3);
    }

    [Test]
    public async Task Received_events_keep_their_attempts_and_their_order_on_the_way_to_days_and_back()
    {
        await using var source = await Empty();
        await HubMigrations.Up(source, TimeProvider.System, null, default);
        await HubMigrations.Down(source, "webhooks", 0, TimeProvider.System, null, default);
        await HubMigrations.Down(source, "webhooks", 3, TimeProvider.System, null, default);
        var before = await Describe(source);
        await Execute(source, """
            insert into webhooks.inbox_events (id, integration_id, integration_type, scope_path, event_type, delivery_id, payload, payload_size, headers, received_at, next_attempt_at)
            select gen_random_uuid(), 1, 'jira', '{1}', 'e', 'd-' || n, '', 0, '{}', timestamptz '2026-03-01 23:00:00+00' + n * interval '1 hour', now() from generate_series(0, 3) n;
            insert into webhooks.inbox_attempts (event_id, attempt, started_at, duration_ms, error)
            select id, n, received_at, n, 'no ' || n from webhooks.inbox_events, generate_series(1, 60) n where delivery_id = 'd-1';
            insert into webhooks.live_events (scope_path, type, data) select '{1}', 't', '{}' from generate_series(1, 3)
            """);
        await using var connection = await source.OpenConnectionAsync();
        const string Events = "select seq || delivery_id || received_at from webhooks.inbox_events order by seq";
        var events = (await connection.QueryAsync<string>(Events)).AsList();

        await HubMigrations.Up(source, TimeProvider.System, null, default);
        (await connection.QueryAsync<string>(Events)).Should().Equal(events);
        (await connection.QueryAsync<string>("select tableoid::regclass || ' ' || count(*) from webhooks.inbox_events group by tableoid order by 1"))
            .Should().Equal("webhooks.inbox_events_20260301 1", "webhooks.inbox_events_20260302 3");
        (await connection.QuerySingleAsync<string>("""
            select jsonb_array_length(attempts) || (attempts->0->>'error') || (attempts->49->>'error') from webhooks.inbox_events where delivery_id = 'd-1'
            """)).Should().Be("50no 11no 60");
        (await connection.QuerySingleAsync<int>("""
            select count(*)::int from webhooks.inbox_keys k join webhooks.inbox_events e on e.id = k.event_id and e.day = k.day and e.delivery_id = k.delivery_id
            """)).Should().Be(4);

        await HubMigrations.Down(source, "webhooks", 3, TimeProvider.System, null, default);
        (await Describe(source)).Should().Equal(before);
        (await connection.QueryAsync<string>(Events)).Should().Equal(events);
        (await connection.QuerySingleAsync<int>("select count(*)::int from webhooks.inbox_attempts where error = 'no ' || attempt")).Should().Be(50);
        (await connection.QuerySingleAsync<long>("insert into webhooks.live_events (scope_path, type, data) values ('{1}', 't', '{}') returning id")).Should().BeGreaterThan(3);
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
