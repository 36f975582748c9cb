using Hub.TestHarness;
using NUnit.Framework;

namespace Hub.Integrations.Tests.Access;

/// <summary>One hub for all tests of this folder that keep to tenants of their own.</summary>
[SetUpFixture]
public sealed class AccessHub
{
    private static HubFixture? hub;
    private static int count;

    public static HubFixture Hub => hub ?? throw new InvalidOperationException("The hub has not started.");

    /// <summary>A name nobody else in this run has.</summary>
    public static string Fresh(string name) => $"{name} {Interlocked.Increment(ref count)}";

    public static Task<long> Tenant() => Hub.CreateScope("tenant", Fresh("Tenant"));

    [OneTimeSetUp]
    public static async Task Start() => hub = await HubFixture.Start(setup => setup.Workers = false);

    [OneTimeTearDown]
    public static async Task Stop()
    {
        if (hub is not null)
            await hub.DisposeAsync();
    }
}
