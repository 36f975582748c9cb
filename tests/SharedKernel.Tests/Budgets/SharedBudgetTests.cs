using System.Globalization;
using FluentAssertions;
using Hub.SharedKernel.Budgets;
using Hub.SharedKernel.Outbound;
using Hub.TestHarness;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;

namespace Hub.SharedKernel.Tests.Budgets;

/// <summary>Two hubs on one database call one provider with one credential.</summary>
public class SharedBudgetTests
{
    private static readonly OutboundRequest Call = new() { Method = HttpMethod.Get, Url = new Uri("https://ghe.test/api/v3/repos/acme/api") };

    [Test]
    public async Task Together_they_never_ask_more_than_is_allowed_and_people_get_what_is_kept_for_them()
    {
        var time = new FakeTime(DateTimeOffset.UtcNow);
        var github = new Github(time, limit: 40);
        await using var one = await Start(time);
        await using var other = await Start(time, one);
        (await Ask(one, github)).Should().BeTrue("nothing is known yet");
        await Task.WhenAll(Enumerable.Range(0, 120).Select(i => Ask(i % 2 == 0 ? one : other, github)));
        while (await Ask(one, github) | await Ask(other, github))
        {
        }

        github.Asked.Should().Be(36, "a tenth is kept for people");
        for (var call = 0; call < 4; call++)
            (await Ask(call % 2 == 0 ? one : other, github, Urgency.Manual)).Should().BeTrue();
        var spent = await one.Services.GetRequiredService<BudgetedCalls>().Invoking(calls => calls.Send(On(Urgency.Manual), Call, github.Answer, default))
            .Should().ThrowAsync<BudgetSpentException>();
        spent.Which.Until.Should().BeCloseTo(time.GetUtcNow().AddHours(1), TimeSpan.FromSeconds(5));
        spent.Which.Message.Should().Contain("core").And.Contain("40");
        (github.Asked, github.Refused).Should().Be((40, 0));

        time.Advance(TimeSpan.FromHours(1.1));
        (await Ask(one, github)).Should().BeTrue("the next window has begun");
    }

    [Test]
    public async Task A_refusal_stops_all_outlives_a_restart_and_ends_with_one_call_that_tries()
    {
        var time = new FakeTime(DateTimeOffset.UtcNow);
        var github = new Github(time, limit: 5000);
        await using var one = await Start(time);
        var other = await Start(time, one);
        (await Ask(one, github) && await Ask(other, github)).Should().BeTrue();
        github.RetryAfter = 60;
        var refused = await one.Services.GetRequiredService<BudgetedCalls>().Send(On(), Call, github.Answer, default);
        (refused.Response.Status, refused.PausedUntil).Should().Be((429, time.GetUtcNow().AddSeconds(60)));
        github.RetryAfter = null;
        time.Advance(TimeSpan.FromSeconds(6));
        github.Asked = 0;
        (await Ask(one, github) || await Ask(other, github) || await Ask(other, github, Urgency.Manual)).Should().BeFalse();
        await other.DisposeAsync();
        await using var restarted = await Start(time, one);
        (await Ask(restarted, github)).Should().BeFalse();
        github.Asked.Should().Be(0);

        time.Advance(TimeSpan.FromSeconds(54));
        var answer = github.Hold();
        var crowd = Enumerable.Range(0, 20).Select(i => Ask(i % 2 == 0 ? one : restarted, github)).ToArray();
        await HubFixture.Eventually(() => Task.FromResult(crowd.Count(call => call.IsCompleted)), done => done == 19, "all but one are told to wait");
        github.Asked.Should().Be(1);
        answer.SetResult();
        (await Task.WhenAll(crowd)).Count(made => made).Should().Be(1);
        (await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => Ask(one, github)))).Should().OnlyContain(made => made);
    }

    [Test]
    public async Task Many_calls_cost_few_statements_show_in_the_metrics_and_are_forgotten_after_a_week()
    {
        var time = new FakeTime(DateTimeOffset.UtcNow);
        var github = new Github(time, limit: 5000);
        await using var hub = await Start(time);
        await Ask(hub, github);
        await CountWrites(hub);
        for (var call = 0; call < 500; call++)
            (await Ask(hub, github)).Should().BeTrue();
        (await Writes(hub)).Should().BeLessThan(25);
        var upkeep = hub.Services.GetRequiredService<BudgetUpkeep>();
        time.Advance(TimeSpan.FromSeconds(10));
        (await upkeep.Tick(default)).Should().Be(0);
        (await hub.Http.Get("/metrics")).Text.Should().MatchRegex("hub_budget_remaining\\{[^}]*limit=\"core\"[^}]*\\} 4499");
        time.Advance(TimeSpan.FromDays(7.1));
        (await upkeep.Tick(default)).Should().Be(1);
    }

    private static Task<HubFixture> Start(FakeTime time, HubFixture? beside = null) => HubFixture.Start(setup =>
        (setup.Workers, setup.Time, setup.ConnectionString) = (false, time, beside?.ConnectionString));

    private static CallBudget On(Urgency urgency = Urgency.Background) => new("a credential", "github", urgency);

    /// <returns>Whether the call was made.</returns>
    private static async Task<bool> Ask(HubFixture hub, Github github, Urgency urgency = Urgency.Background)
    {
        try
        {
            await hub.Services.GetRequiredService<BudgetedCalls>().Send(On(urgency), Call, github.Answer, default);
            return true;
        }
        catch (BudgetSpentException)
        {
            return false;
        }
    }

    private static async Task CountWrites(HubFixture hub)
    {
        await using var source = Npgsql.NpgsqlDataSource.Create(hub.ConnectionString);
        await using var command = source.CreateCommand("""
            create sequence public.budget_writes;
            create function public.count_budget_write() returns trigger language plpgsql
            as $$ begin perform nextval('public.budget_writes'); return null; end $$;
            create trigger counted after insert or update on kernel.rate_budgets for each statement execute function public.count_budget_write()
            """);
        await command.ExecuteNonQueryAsync();
    }

    private static async Task<long> Writes(HubFixture hub)
    {
        await using var source = Npgsql.NpgsqlDataSource.Create(hub.ConnectionString);
        await using var command = source.CreateCommand("select nextval('public.budget_writes')");
        return (long)(await command.ExecuteScalarAsync())!;
    }

    private sealed class Github(FakeTime time, int limit)
    {
        private readonly DateTimeOffset reset = time.GetUtcNow().AddHours(1);
        private int asked;
        private TaskCompletionSource? held;

        public int Asked { get => asked; set => asked = value; }

        public int Refused { get; private set; }

        public int? RetryAfter { get; set; }

        /// <summary>The next answers come when this is done.</summary>
        public TaskCompletionSource Hold() => held = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public async Task<OutboundResponse> Answer(OutboundRequest request, CancellationToken ct)
        {
            var count = Interlocked.Increment(ref asked);
            await Task.Yield();
            if (held is not null)
                await held.Task;
            var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase) { ["Date"] = time.GetUtcNow().ToString("R", CultureInfo.InvariantCulture) };
            if (RetryAfter is { } seconds)
            {
                headers["Retry-After"] = seconds.ToString(CultureInfo.InvariantCulture);
                return new OutboundResponse(429, headers, [], request.Url, TimeSpan.Zero);
            }

            var over = time.GetUtcNow() < reset && count > limit;
            if (over)
                Refused++;
            headers["X-RateLimit-Limit"] = limit.ToString(CultureInfo.InvariantCulture);
            headers["X-RateLimit-Remaining"] = Math.Max(0, limit - count).ToString(CultureInfo.InvariantCulture);
            headers["X-RateLimit-Reset"] = reset.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
            return new OutboundResponse(over ? 403 : 200, headers, [], request.Url, TimeSpan.Zero);
        }
    }
}
