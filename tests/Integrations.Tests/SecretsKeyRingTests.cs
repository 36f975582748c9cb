using FluentAssertions;
using Hub.Integrations.Secrets;
using Hub.TestHarness;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using NUnit.Framework;

namespace Hub.Integrations.Tests;

public class SecretsKeyRingTests
{
    [Test]
    public async Task The_keys_are_read_while_those_who_wait_for_them_hold_every_connection()
    {
        await using var hub = await HubFixture.Start(setup => setup.Workers = false);
        var ring = hub.Services.GetRequiredService<LiveKeyRing>();
        var known = ring.Current;
        var source = hub.Services.GetRequiredService<NpgsqlDataSource>();
        var held = new List<NpgsqlConnection>();
        try
        {
            while (true)
                held.Add(await source.OpenConnectionAsync(new CancellationTokenSource(TimeSpan.FromSeconds(1)).Token));
        }
        catch (Exception full) when (full is NpgsqlException or OperationCanceledException)
        {
            ring.Forget();
            (await Task.Run(() => ring.Current).WaitAsync(TimeSpan.FromSeconds(30))).Should().Be(known);
        }
        finally
        {
            foreach (var connection in held)
                await connection.DisposeAsync();
        }
    }
}
