using FluentAssertions;
using Hub.TestHarness;
using NUnit.Framework;

namespace Hub.Host.Tests;

public sealed class StartTests
{
    [Test]
    public async Task The_hub_answers_live_and_ready()
    {
        await using var hub = await HubFixture.Start();
        (await hub.Http.Get("/health/live")).Expect(200).GetProperty("status").GetString().Should().Be("healthy");
        (await hub.Http.Get("/health/ready")).Expect(200).GetProperty("checks").GetProperty("database").GetProperty("status").GetString().Should().Be("healthy");
    }
}
