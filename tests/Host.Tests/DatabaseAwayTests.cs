using FluentAssertions;
using Hub.TestHarness;
using Npgsql;
using NUnit.Framework;

namespace Hub.Host.Tests;

public sealed class DatabaseAwayTests
{
    [Test]
    public async Task Catalogue_reads_go_on_and_the_rest_says_when_to_come_back()
    {
        var database = await HubDatabases.Create();
        await using var hub = await HubFixture.Start(setup => setup.ConnectionString = database);
        await TakeAway(database);

        var catalogue = await hub.ClientFor(null).Get("integrations/schemas");
        catalogue.Expect(200).GetProperty("total").GetInt32().Should().BeGreaterThanOrEqualTo(27);
        catalogue.Response.Headers.GetValues("X-Hub-Catalogue").Should().Equal("builtin");
        var away = await hub.Http.Get("integrations");
        away.Expect(503).GetProperty("code").GetString().Should().Be("database_unavailable");
        away.Response.Headers.RetryAfter!.Delta.Should().BePositive();
        (await hub.Http.Get("/health/live")).Expect(200);
        (await hub.Http.Get("/health/ready")).Expect(503);
    }

    private static async Task TakeAway(string database)
    {
        var settings = new NpgsqlConnectionStringBuilder(database);
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(database) { Database = "postgres", Pooling = false }.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand($"alter database {settings.Database} allow_connections false; select pg_terminate_backend(pid) from pg_stat_activity where datname = '{settings.Database}'", connection);
        await command.ExecuteNonQueryAsync();
    }
}
