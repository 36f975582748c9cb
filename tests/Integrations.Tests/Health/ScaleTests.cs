using System.Diagnostics;
using FluentAssertions;
using Hub.Integrations.Health;
using Hub.SharedKernel.Data;
using Hub.TestHarness;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;

namespace Hub.Integrations.Tests.Health;

public sealed class ScaleTests
{
    [Test]
    public async Task The_health_of_ten_thousand_is_told_within_200_ms_and_the_worst_are_found_without_reading_the_rest()
    {
        await using var hub = await HealthHub.Start(setup: setup => setup.Logs = false);
        await Crowd.Insert(hub.Hub.ConnectionString, 10_000, hub.Time.GetUtcNow());
        var best = TimeSpan.MaxValue;
        for (var i = 0; i < 12; i++)
        {
            var started = Stopwatch.GetTimestamp();
            var answer = (await hub.Http.Get("integrations/health")).Expect(200);
            var took = Stopwatch.GetElapsedTime(started);
            best = took < best ? took : best;
            answer.GetProperty("counts").GetRawText().Should().Be("""{"healthy":6250,"warning":1250,"error":1250,"unknown":1250}""");
            answer.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("health_status").GetString()).Should().HaveCount(200).And.OnlyContain(status => status == "error");
        }

        best.Should().BeLessThan(TimeSpan.FromMilliseconds(200));
        (await Plan(hub, ListHealth.Select)).Should().Contain("integrations_worst_health").And.NotContain("Sort").And.NotContain("Seq Scan");
        (await Plan(hub, ListHealth.Count)).Should().Contain("Index Only Scan using integrations_worst_health");
    }

    [Test]
    public async Task The_number_of_statements_does_not_depend_on_the_number_of_integrations()
    {
        await using var hub = await HealthHub.Start();
        await hub.Create();
        using var statements = new StatementCounter();
        string[] paths = ["integrations/health", "integrations/metrics", "integrations/metrics?window=30d", "integrations/1/health", "integrations/1/health/history?window=30d"];
        var few = new List<int>();
        foreach (var path in paths)
        {
            await statements.Of(hub.Http, path);
            few.Add(await statements.Of(hub.Http, path));
        }

        few.Should().OnlyContain(count => count > 0 && count < 12);
        await Crowd.Insert(hub.Hub.ConnectionString, 300, hub.Time.GetUtcNow());
        for (var i = 0; i < paths.Length; i++)
            // One more is the catalogue or the key being read again after a while.
            (await statements.Of(hub.Http, paths[i])).Should().BeInRange(few[i] - 1, few[i] + 1, paths[i]);
    }

    private static async Task<string> Plan(HealthHub hub, string sql)
    {
        await using var scope = hub.Hub.Services.CreateAsyncScope();
        var lines = await scope.ServiceProvider.GetRequiredService<Db>().List<string>($"explain {sql}", new { caller = 1L, limit = 200 }, CancellationToken.None);
        return string.Join('\n', lines);
    }
}
