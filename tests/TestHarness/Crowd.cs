using Npgsql;

namespace Hub.TestHarness;

/// <summary>Many integrations at once, written past the API: for what must be fast however many there are.</summary>
public static class Crowd
{
    /// <summary>Integrations of the platform with a realistic configuration and a month of history: an hour's slots for each of the last 25 hours, a day's for 30 days.</summary>
    public static async Task Insert(string connectionString, int count, DateTimeOffset now)
    {
        await using var source = NpgsqlDataSource.Create(connectionString);
        await using var insert = source.CreateCommand("""
            insert into integrations.integrations (
                scope_id, scope_path, name, integration_type, platform_name, integration_category, enabled, status, configuration, secrets, webhook_token,
                health_status, health_reason, health_message, health_since, last_success_at, last_tested_at, last_test)
            select 1, '{1}', 'Integration ' || n, 'jira', 'jira', 'ticketing', true, 'active',
                   jsonb_build_object('base_url', 'https://site-' || n || '.example.com', 'email', 'hub@example.com', 'project_keys', repeat('HUB,', 20)),
                   jsonb_build_object('api_token', repeat('c', 300)), 'token-' || n,
                   (array['healthy', 'healthy', 'healthy', 'healthy', 'healthy', 'warning', 'error', 'unknown'])[1 + n % 8],
                   case when n % 8 = 6 then 'auth' end, case when n % 8 = 6 then 'Jira refused the e-mail and token.' end,
                   $2 - n * interval '1 second', $2, $2, jsonb_build_object('success', true, 'message', 'Connected to Jira Cloud as Integration Hub.', 'steps', '[]'::jsonb)
            from generate_series(1, $1) as n
            """);
        insert.Parameters.AddWithValue(count);
        insert.Parameters.AddWithValue(now);
        await insert.ExecuteNonQueryAsync();
        await using var slots = source.CreateCommand("""
            insert into integrations.health_slots (integration_id, grain, at, calls, failures, throttled, latency)
            select i.id, w.grain, w.at, 20, 1, 0, array_fill(0, array[18]) || array[1, 4, 9, 4, 2]
            from integrations.integrations i
            cross join (
                select 'five_minutes' as grain, date_bin('5 minutes', $1, timestamptz '2000-01-01 00:00+00') - n * interval '5 minutes' as at from generate_series(0, 12) as n
                union all select 'hour', date_trunc('hour', $1, 'UTC') - n * interval '1 hour' from generate_series(0, 24) as n
                union all select 'day', date_trunc('day', $1, 'UTC') - n * interval '1 day' from generate_series(0, 30) as n) as w
            """);
        slots.Parameters.AddWithValue(now);
        await slots.ExecuteNonQueryAsync();
        await using var analyze = source.CreateCommand("vacuum analyze integrations.integrations, integrations.health_slots");
        await analyze.ExecuteNonQueryAsync();
    }
}
