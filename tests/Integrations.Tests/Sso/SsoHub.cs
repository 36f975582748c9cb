using Hub.TestHarness;
using NUnit.Framework;

namespace Hub.Integrations.Tests.Sso;

/// <summary>One hub for all tests of this folder, with a clock that tests may move forward and a limit on sign-ins that they do not reach.</summary>
[SetUpFixture]
public sealed class SsoHub
{
    private static HubFixture? hub;
    private static int count;

    public static HubFixture Hub => hub ?? throw new InvalidOperationException("The hub has not started.");

    /// <summary>A word nobody else in this run has.</summary>
    public static string Fresh(string word) => $"{word}-{Interlocked.Increment(ref count)}";

    [OneTimeSetUp]
    public static async Task Start() => hub = await HubFixture.Start(setup =>
    {
        setup.Workers = false;
        setup.Settings["Hub:SignIn:AttemptsPerMinute"] = "10000";
    });

    [OneTimeTearDown]
    public static async Task Stop()
    {
        if (hub is not null)
            await hub.DisposeAsync();
    }
}
