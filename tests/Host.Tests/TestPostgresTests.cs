using FluentAssertions;
using Hub.TestHarness;
using Npgsql;
using NUnit.Framework;

namespace Hub.Host.Tests;

public sealed class TestPostgresTests
{
    [Test]
    public async Task A_template_is_built_once_however_many_ask_at_once_and_its_copies_do_not_see_each_other()
    {
        var built = 0;
        var copies = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => TestPostgres.CloneTemplate(nameof(TestPostgresTests), async connectionString =>
        {
            Interlocked.Increment(ref built);
            await Ask(connectionString, "create table t as select 1 as n");
        })));

        built.Should().Be(1);
        copies.Should().OnlyHaveUniqueItems();
        await Ask(copies[0], "insert into t values (2)");
        (await Ask(copies[0], "select sum(n) from t")).Should().Be(3L);
        (await Ask(copies[1], "select sum(n) from t")).Should().Be(1L);
    }

    [Test]
    public async Task A_dropped_database_is_gone_although_a_pool_still_holds_it()
    {
        var database = await TestPostgres.CreateDatabase();
        await Ask(database, "select 1");
        await TestPostgres.Drop(database);
        var ask = () => Ask(database, "select 1");
        (await ask.Should().ThrowAsync<PostgresException>()).Which.SqlState.Should().Be(PostgresErrorCodes.InvalidCatalogName);
    }

    private static async Task<object?> Ask(string connectionString, string sql)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync();
    }
}
