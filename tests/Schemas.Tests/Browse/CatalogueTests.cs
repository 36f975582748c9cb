using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using FluentAssertions;
using Hub.Schemas.Browse;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using NUnit.Framework;

namespace Hub.Schemas.Tests.Browse;

public class CatalogueTests
{
    [Test]
    public async Task a_database_that_never_answers_does_not_hold_readers_up()
    {
        using var mute = new TcpListener(IPAddress.Loopback, 0);
        mute.Start();
        await using var source = NpgsqlDataSource.Create($"Host=127.0.0.1;Port={((IPEndPoint)mute.LocalEndpoint).Port};Username=x;Password=x;Timeout=30");
        using var catalogue = new Catalogue(source, TimeProvider.System, NullLogger<Catalogue>.Instance);

        // Only the very first read may wait, for a second: nothing is known yet.
        var started = Stopwatch.GetTimestamp();
        for (var read = 0; read < 4; read++)
        {
            var view = await catalogue.Get();
            view.Away.Should().BeTrue();
            view.Types.Schemas.Should().HaveCount(BuiltInTypes.Snapshot.Schemas.Count);
        }

        Stopwatch.GetElapsedTime(started).Should().BeLessThan(TimeSpan.FromSeconds(10), "the connection itself would wait for 30 seconds");
    }

    [Test]
    public async Task a_database_that_refuses_is_away_at_once()
    {
        await using var source = NpgsqlDataSource.Create("Host=127.0.0.1;Port=1;Username=x;Password=x");
        using var catalogue = new Catalogue(source, TimeProvider.System, NullLogger<Catalogue>.Instance);
        (await catalogue.Get()).Away.Should().BeTrue();
        (await catalogue.Get()).Types.Find("jira").Should().NotBeNull();
    }
}
