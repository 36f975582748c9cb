using FluentAssertions;
using Hub.Integrations.Health.Checks;
using Hub.TestHarness;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;

namespace Hub.Integrations.Tests.Health;

public sealed class CheckClaimTests
{
    private static TaskCompletionSource Gate() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    [Test]
    public async Task Two_hubs_on_one_database_test_each_integration_once()
    {
        await using var one = await HealthHub.Start();
        await using var two = await HealthHub.Start(one.Hub.ConnectionString, one.Time, one.Jira);
        for (var i = 0; i < 30; i++)
            await one.Create($"Jira {i}");
        one.Time.Advance(TimeSpan.FromMinutes(2));
        var done = await Task.WhenAll(Enumerable.Range(0, 8).Select(loop => (loop % 2 == 0 ? one : two).TickAll()));
        done.Sum().Should().Be(30);
        one.Jira.Tested.Should().HaveCount(30).And.OnlyHaveUniqueItems();
        one.Jira.MostAtOnce.Should().BeLessThanOrEqualTo(8);
    }

    [Test]
    public async Task A_provider_that_hangs_holds_up_only_itself_and_is_given_up_after_a_minute()
    {
        await using var hub = await HealthHub.Start();
        var slow = await hub.Create("Slow");
        var others = new List<long>();
        for (var i = 0; i < 5; i++)
            others.Add(await hub.Create($"Jira {i}"));
        var hangs = Gate();
        hub.Jira.Behaviour = async (id, ct) =>
        {
            if (id != slow)
                return;
            hangs.TrySetResult();
            await Task.Delay(Timeout.Infinite, ct);
        };
        hub.Time.Advance(TimeSpan.FromMinutes(2));
        var loops = Enumerable.Range(0, 2).Select(_ => hub.TickAll()).ToArray();
        await hangs.Task;
        await HubFixture.Eventually(() => Task.FromResult(hub.Jira.Tested.Count), count => count == 6, "the others are tested meanwhile");
        await HubFixture.Eventually(
            () => hub.Scalar<long>("select count(*) from pg_stat_activity where datname = current_database() and state = 'idle in transaction'"),
            open => open == 0, "no transaction is open while the other side is called");
        hub.Time.Advance(TimeSpan.FromSeconds(61));
        await Task.WhenAll(loops);
        var health = await hub.Health(slow);
        (health.GetProperty("health_status").GetString(), health.GetProperty("reason").GetString()).Should().Be(("warning", "timeout"));
        foreach (var id in others)
            (await hub.Health(id)).GetProperty("health_status").GetString().Should().Be("healthy");
    }

    [Test]
    public async Task Those_that_hung_before_leave_half_of_the_places_to_the_others()
    {
        await using var hub = await HealthHub.Start(setup: setup => setup.Settings["Hub:Health:Parallelism"] = "4");
        var slow = new List<long>();
        for (var i = 0; i < 4; i++)
            slow.Add(await hub.Create($"Slow {i}"));
        var fast = await hub.Create("Fast");
        await hub.Scalar<object>($"update integrations.integrations set health_status = 'warning', health_reason = 'timeout' where id <> {fast}");
        hub.Time.Advance(TimeSpan.FromMinutes(2));
        await hub.Scalar<object>($"update integrations.health_checks set next_check_at = next_check_at + interval '10 seconds' where integration_id = {fast}");
        hub.Time.Advance(TimeSpan.FromSeconds(10));
        using var end = new CancellationTokenSource();
        hub.Jira.Behaviour = async (id, _) => await (slow.Contains(id) ? Task.Delay(Timeout.Infinite, end.Token) : Task.CompletedTask);
        var loops = Enumerable.Range(0, 3).Select(_ => hub.Tick()).ToArray();
        await HubFixture.Eventually(() => Task.FromResult(hub.Jira.Tested.ToArray()), tested => tested.Length == 3, "three are under way or done");
        hub.Jira.Tested.Should().Contain(fast, "only two of the four slow ones are under way");
        await end.CancelAsync();
        await Task.WhenAll(loops);
    }

    [Test]
    public async Task The_result_of_a_claim_that_was_lost_is_dropped()
    {
        await using var hub = await HealthHub.Start();
        var id = await hub.Create();
        var (entered, goOn) = (Gate(), Gate());
        hub.Jira.Behaviour = async (_, _) =>
        {
            entered.TrySetResult();
            await goOn.Task;
            throw new ConnectionTests.TestStopped("auth", "Refused.");
        };
        hub.Time.Advance(TimeSpan.FromMinutes(2));
        var first = hub.Tick();
        await entered.Task;
        hub.Jira.Works();
        (await hub.Tick()).Should().Be(0, "it is being tested");
        hub.Time.Advance(CheckClaims.Lease + TimeSpan.FromSeconds(1));
        (await hub.Tick()).Should().Be(1, "its tester seems to be gone");
        goOn.SetResult();
        await first;
        (await hub.Health(id)).GetProperty("health_status").GetString().Should().Be("healthy", "the one that was given up has nothing to say any more");
    }

    [Test]
    public async Task A_stop_gives_the_check_back()
    {
        await using var hub = await HealthHub.Start();
        await hub.Create();
        var entered = Gate();
        hub.Jira.Behaviour = async (_, ct) =>
        {
            entered.TrySetResult();
            await Task.Delay(Timeout.Infinite, ct);
        };
        hub.Time.Advance(TimeSpan.FromMinutes(2));
        using var stop = new CancellationTokenSource();
        var tick = hub.Hub.Services.GetRequiredService<HealthCheckWorker>().Tick(stop.Token);
        await entered.Task;
        await stop.CancelAsync();
        await FluentActions.Awaiting(() => tick).Should().ThrowAsync<OperationCanceledException>();
        hub.Jira.Works();
        (await hub.Tick()).Should().Be(1, "another process takes it at once");
    }
}
