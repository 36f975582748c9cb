using FluentAssertions;
using Hub.SharedKernel.Data;
using Hub.TestHarness;
using Npgsql;
using NUnit.Framework;

namespace Hub.SharedKernel.Tests.Data;

public sealed class DataSourceTests
{
    [Test]
    public async Task Statements_that_come_again_are_prepared_under_the_hub_s_name()
    {
        var (prepared, name) = await Use("");
        prepared.Should().BeGreaterThan(0);
        name.Should().Be("integration-hub");
    }

    [Test]
    public async Task What_the_connection_string_says_stays_as_it_says()
    {
        var (prepared, name) = await Use(";Max Auto Prepare=0;ApplicationName=mine");
        prepared.Should().Be(0);
        name.Should().Be("mine");
    }

    private static async Task<(long Prepared, string Name)> Use(string settings)
    {
        await using var source = DataServices.Open(await HubDatabases.Create() + settings);
        await using var connection = await source.OpenConnectionAsync();
        for (var i = 0; i < 10; i++)
            await Ask("select 1 + 1");
        return ((long)await Ask("select count(*) from pg_prepared_statements where statement = 'select 1 + 1'"), (string)await Ask("select current_setting('application_name')"));

        async Task<object> Ask(string sql)
        {
            await using var command = new NpgsqlCommand(sql, connection);
            return (await command.ExecuteScalarAsync())!;
        }
    }
}
