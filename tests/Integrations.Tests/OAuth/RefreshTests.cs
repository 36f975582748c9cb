using System.Text.Json;
using FluentAssertions;
using Hub.Integrations.Contracts;
using Hub.Integrations.OAuth;
using Hub.TestHarness;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;

namespace Hub.Integrations.Tests.OAuth;

public sealed class RefreshTests
{
    private readonly FakeTime time = new(DateTimeOffset.UtcNow);

    [Test]
    public async Task Fifty_callers_at_once_use_the_refresh_token_once()
    {
        await using var oauth = await OAuthHub.Start(setup => setup.Time = time);
        (await oauth.Authorise()).Expect(200);
        var before = TokenIn(await oauth.Connection());
        (await oauth.Refreshes()).Should().Be(0, "the first token is still good");
        time.Advance(TimeSpan.FromHours(1));

        var connections = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => oauth.Connection()));

        connections.Select(TokenIn).Distinct().Should().ContainSingle().Which.Should().NotBe(before);
        connections.Should().AllSatisfy(connection => connection.Problem.Should().BeNull());
        connections[0].Secrets.Should().Contain(TokenIn(connections[0]), "a token is a secret too");
        (await oauth.Refreshes()).Should().Be(1);
        (await oauth.Hub.Http.Post($"integrations/{oauth.Integration}/test")).Expect(200).GetProperty("success").GetBoolean().Should().BeTrue();
    }

    [Test]
    public async Task Two_replicas_use_a_rotating_refresh_token_once()
    {
        await using var oauth = await OAuthHub.Start(setup => setup.Time = time, ownProvider: true);
        await using var second = await HubFixture.Start(setup => (setup.ConnectionString, setup.Workers, setup.Time) = (oauth.Hub.ConnectionString, false, time));
        (await oauth.Authorise()).Expect(200);
        await oauth.Provider.Set(new { slow_ms = 300 });

        foreach (var round in Enumerable.Range(1, 3))
        {
            time.Advance(TimeSpan.FromHours(1));
            var connections = await Task.WhenAll(Enumerable.Range(0, 50).Select(n => oauth.Connection(n % 2 == 0 ? oauth.Hub : second)));
            connections.Select(TokenIn).Distinct().Should().ContainSingle();
            (await oauth.Refreshes()).Should().Be(round);
        }

        (await oauth.TokenRequests()).Should().OnlyContain(request => request.GetProperty("status").GetInt32() == 200, "an old token is never shown twice");
    }

    [Test]
    public async Task The_worker_refreshes_what_is_used_before_it_ends_and_what_is_idle_once_a_day()
    {
        await using var oauth = await OAuthHub.Start(setup => setup.Time = time);
        (await oauth.Authorise()).Expect(200);
        await oauth.Connection();

        (await Tick(oauth)).Should().Be(0);
        time.Advance(TimeSpan.FromMinutes(50));
        (await Tick(oauth)).Should().Be(1, "it ends in ten minutes");
        (await oauth.Refreshes()).Should().Be(1);

        time.Advance(TimeSpan.FromMinutes(55));
        (await Tick(oauth)).Should().Be(1, "it was used before");
        time.Advance(TimeSpan.FromHours(20));
        (await Tick(oauth)).Should().Be(0, "nobody has used it since");
        time.Advance(TimeSpan.FromHours(4));
        (await Tick(oauth)).Should().Be(1, "a day is over");
        (await oauth.Refreshes()).Should().Be(3);
        (await oauth.Connection()).Problem.Should().BeNull();
    }

    [Test]
    public async Task Replicas_that_work_at_once_refresh_once()
    {
        await using var oauth = await OAuthHub.Start(setup => setup.Time = time);
        await using var second = await HubFixture.Start(setup => (setup.ConnectionString, setup.Workers, setup.Time) = (oauth.Hub.ConnectionString, false, time));
        (await oauth.Authorise()).Expect(200);
        time.Advance(TimeSpan.FromDays(1));

        await Task.WhenAll(Enumerable.Range(0, 8).Select(n => Tick(n % 2 == 0 ? oauth.Hub : second)).Concat(Enumerable.Range(0, 8).Select(async n =>
        {
            await oauth.Connection(n % 2 == 0 ? oauth.Hub : second);
            return 0;
        })));

        (await oauth.Refreshes()).Should().Be(1);
    }

    [Test]
    public async Task A_revoked_grant_asks_for_a_person_and_works_again_afterwards()
    {
        await using var oauth = await OAuthHub.Start(setup => setup.Time = time, ownProvider: true);
        (await oauth.Authorise()).Expect(200);
        await oauth.Provider.Revoke();
        time.Advance(TimeSpan.FromHours(1));

        var connection = await oauth.Connection();

        connection.Headers.Should().BeEmpty();
        connection.Reason.Should().Be("auth");
        connection.Problem.Should().Contain("invalid_grant").And.Contain("alice@example.com (alice)").And.Contain($"/api/v1/integrations/{oauth.Integration}/oauth/start");
        var state = (await oauth.Hub.Http.Get(oauth.Path)).Expect(200);
        state.GetProperty("status").GetString().Should().Be("reauthorization_required");
        state.GetProperty("message").GetString().Should().Be(connection.Problem);
        var health = (await oauth.Hub.Http.Get($"integrations/{oauth.Integration}/health")).Expect(200);
        health.GetProperty("health_status").GetString().Should().Be("error");
        health.GetProperty("reason").GetString().Should().Be("auth");
        health.GetProperty("repair").GetString().Should().StartWith($"Open /api/v1/integrations/{oauth.Integration}/oauth/start");
        (await oauth.Hub.Http.Get("audit?action=integration.reauthorization_required")).Json.GetProperty("items").GetArrayLength().Should().Be(1);
        time.Advance(TimeSpan.FromDays(2));
        await Tick(oauth);
        await oauth.Connection();
        (await oauth.Refreshes()).Should().Be(1, "what is over is not tried again");

        (await oauth.Authorise("bob")).Expect(409).GetProperty("code").GetString().Should().Be("other_account", "who granted is still known");
        (await oauth.Authorise("alice")).Expect(200);
        (await oauth.Hub.Http.Get($"integrations/{oauth.Integration}/health")).Json.GetProperty("health_status").GetString().Should().Be("healthy");
        (await oauth.Connection()).Problem.Should().BeNull();
    }

    [Test]
    public async Task Trouble_at_the_provider_never_ends_a_grant()
    {
        await using var oauth = await OAuthHub.Start(setup => setup.Time = time, ownProvider: true);
        (await oauth.Authorise()).Expect(200);
        var first = TokenIn(await oauth.Connection());
        await oauth.Provider.Set(new { fail_times = 1000, fail_body = "<html>Bad gateway</html>" });

        time.Advance(TimeSpan.FromMinutes(50));
        await Tick(oauth);
        TokenIn(await oauth.Connection()).Should().Be(first, "the old one is good for ten minutes more");

        time.Advance(TimeSpan.FromMinutes(10));
        var connection = await oauth.Connection();
        (connection.Reason, connection.Headers.Count).Should().Be(("provider_error", 0));
        connection.Problem.Should().Contain("503").And.NotContain("oauth/start");
        var seen = (await oauth.TokenRequests(all: true)).Count;
        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => oauth.Connection()));
        (await oauth.TokenRequests(all: true)).Count.Should().Be(seen, "a provider in trouble is left alone for a while");

        for (var day = 0; day < 60; day++)
        {
            time.Advance(TimeSpan.FromHours(12));
            await Tick(oauth);
        }

        (await oauth.Hub.Http.Get(oauth.Path)).Json.GetProperty("status").GetString().Should().Be("active");
        await oauth.Provider.Set(new { fail_times = 0 });
        time.Advance(TimeSpan.FromMinutes(6));
        (await oauth.Connection()).Problem.Should().BeNull();
        (await oauth.Refreshes()).Should().Be(1);
    }

    [Test]
    public async Task An_answer_that_was_lost_on_the_way_is_owned_up_to()
    {
        await using var oauth = await OAuthHub.Start(setup => setup.Time = time, ownProvider: true);
        (await oauth.Authorise()).Expect(200);
        await oauth.Provider.Set(new { lose_answers = 1 });
        time.Advance(TimeSpan.FromHours(1));
        (await oauth.Connection()).Reason.Should().Be("network");
        (await oauth.Hub.Http.Get(oauth.Path)).Json.GetProperty("status").GetString().Should().Be("active", "it may not have been carried out");

        time.Advance(TimeSpan.FromMinutes(5));
        var connection = await oauth.Connection();

        connection.Reason.Should().Be("auth");
        connection.Problem.Should().Contain("was never answered here").And.Contain("oauth/start");
    }

    [Test]
    public async Task A_refresh_that_a_dead_process_left_behind_is_taken_over_when_its_lease_is_over()
    {
        await using var oauth = await OAuthHub.Start(setup => setup.Time = time);
        (await oauth.Authorise()).Expect(200);
        time.Advance(TimeSpan.FromHours(1));
        await oauth.Sql(
            "update integrations.oauth_grants set lease_until = @until, unanswered_since = @now, version = version + 1 where integration_id = @id",
            new { id = oauth.Integration, now = time.GetUtcNow().UtcDateTime, until = time.GetUtcNow().UtcDateTime.AddMinutes(1) });

        var waiting = oauth.Connection();
        await Tick(oauth);
        (await oauth.Refreshes()).Should().Be(0, "its lease is not over");
        time.Advance(TimeSpan.FromMinutes(1));

        (await waiting).Problem.Should().BeNull();
        (await oauth.Refreshes()).Should().Be(1);
    }

    [Test]
    public async Task A_refresh_does_not_write_over_what_a_person_granted_meanwhile()
    {
        await using var oauth = await OAuthHub.Start(setup => setup.Time = time, ownProvider: true);
        (await oauth.Authorise("alice")).Expect(200);
        time.Advance(TimeSpan.FromMinutes(59.5));
        var back = await oauth.Provider.SignIn(await oauth.AuthorizationUrl("?force=true"), "bob");
        await oauth.Provider.Set(new { slow_ms = 1500 });

        var refreshing = oauth.Connection();
        await HubFixture.Eventually(() => oauth.Sql(
            "update integrations.oauth_grants set failures = 0 where integration_id = @id and lease_until is not null", new { id = oauth.Integration }), rows => rows == 1, "a refresh is under way");
        await oauth.Provider.Set(new { slow_ms = 0 });
        (await oauth.Anonymous.Get(back.PathAndQuery)).Expect(200);
        await refreshing;

        (await oauth.Hub.Http.Get(oauth.Path)).Json.GetProperty("account").GetProperty("id").GetString().Should().Be("bob");
        (await oauth.Hub.Http.Post($"integrations/{oauth.Integration}/test")).Expect(200).GetProperty("identity").GetString().Should().Be("bob@example.com");
    }

    [Test]
    public async Task A_grant_ends_with_the_client_it_was_given_to()
    {
        await using var oauth = await OAuthHub.Start(setup => setup.Time = time);
        (await oauth.Authorise()).Expect(200);
        (await oauth.Hub.Http.Patch($"integrations/{oauth.Integration}", new { name = "Renamed", configuration = new { client_secret = "rotated-secret-01" } })).Expect(200);
        (await oauth.Hub.Http.Get(oauth.Path)).Json.GetProperty("status").GetString().Should().Be("active", "it is the same client");

        (await oauth.Hub.Http.Patch($"integrations/{oauth.Integration}", new { configuration = new { client_id = "another" } })).Expect(200);

        (await oauth.Sql("delete from integrations.oauth_grants")).Should().Be(0, "its tokens are gone");
        (await oauth.Connection()).Problem.Should().StartWith("Not authorised yet");
        (await oauth.Hub.Http.Get("audit?action=integration.authorization_dropped")).Json.GetProperty("items").GetArrayLength().Should().Be(1);
    }

    [Test]
    public async Task A_wrong_client_secret_is_told_and_does_not_end_the_grant()
    {
        await using var oauth = await OAuthHub.Start(setup => setup.Time = time);
        (await oauth.Authorise()).Expect(200);
        (await oauth.Hub.Http.Patch($"integrations/{oauth.Integration}", new { configuration = new { client_secret = "not-the-secret-at-all" } })).Expect(200);
        time.Advance(TimeSpan.FromHours(1));

        var connection = await oauth.Connection();

        connection.Reason.Should().Be("auth");
        connection.Problem.Should().Contain("invalid_client").And.NotContain("not-the-secret-at-all");
        (await oauth.Hub.Http.Get(oauth.Path)).Json.GetProperty("status").GetString().Should().Be("active");
    }

    [Test]
    public async Task Without_a_refresh_token_the_grant_ends_with_its_access_token()
    {
        await using var oauth = await OAuthHub.Start(setup => setup.Time = time, ownProvider: true);
        await oauth.Provider.Set(new { refresh = false });
        (await oauth.Authorise()).Expect(200);
        time.Advance(TimeSpan.FromMinutes(59.5));
        (await oauth.Connection()).Problem.Should().BeNull("it has half a minute left");

        time.Advance(TimeSpan.FromMinutes(1));
        await Tick(oauth);

        (await oauth.Connection()).Problem.Should().Contain("nothing to refresh it with").And.Contain("oauth/start");
        (await oauth.Hub.Http.Get(oauth.Path)).Json.GetProperty("status").GetString().Should().Be("reauthorization_required");
    }

    private static Task<int> Tick(OAuthHub oauth) => Tick(oauth.Hub);

    private static Task<int> Tick(HubFixture hub) => hub.Services.GetRequiredService<RefreshGrants>().Tick(CancellationToken.None);

    private static string TokenIn(Connection connection) => connection.Headers["Authorization"]["Bearer ".Length..];
}
