using System.Globalization;
using System.Text.Json;
using Hub.FakeGithub;
using Hub.Sync.Tests.Github;
using Hub.Sync.WebhookRegistrations;
using Hub.TestHarness;
using Microsoft.Extensions.DependencyInjection;

namespace Hub.Sync.Tests.WebhookRegistrations;

/// <summary>A hub that keeps its webhook at a repository of a fake GitHub, both by the same clock. The test says when the hub looks.</summary>
internal sealed class HookHub : IAsyncDisposable
{
    public const string Secret = "github-hub-hook-secret";

    /// <summary>Nobody listens there: what is delivered to it fails.</summary>
    public const string Away = "http://127.0.0.1:9";

    private HookHub(FakeTime time, FakeGithubServer github, GithubHub inner) => (Time, Github, Inner) = (time, github, inner);

    public FakeTime Time { get; }
    public FakeGithubServer Github { get; }
    public GithubHub Inner { get; }
    public HubFixture Hub => Inner.Hub;
    public HttpClient Http => Inner.Http;
    public HookList Hooks => Github.Repository.Hooks;
    public RegistrationWorker Worker => Hub.Services.GetRequiredService<RegistrationWorker>();

    public static async Task<HookHub> Start(string publicUrl = Away)
    {
        var time = new FakeTime(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));
        var github = await FakeGithubServer.Start(new FakeGithubOptions { Clock = time });
        var inner = await GithubHub.Start(github, setup =>
        {
            (setup.Time, setup.Workers) = (time, false);
            setup.Settings["Hub:PublicUrl"] = publicUrl;
        });
        return new HookHub(time, github, inner);
    }

    public async Task Configure(object configuration) => (await Http.Patch($"integrations/{Inner.Integration}", new { configuration })).Expect(200);

    /// <summary>Switches the keeping on and has the hub look.</summary>
    public async Task<JsonElement> Keep()
    {
        await Configure(new { manage_webhook = true });
        return await Look();
    }

    /// <summary>The path that takes the integration's webhooks in.</summary>
    public async Task<string> Path() => (await Http.Get($"integrations/{Inner.Integration}")).Expect(200).Text("webhook_url");

    /// <summary>Lets GitHub deliver to the hub itself.</summary>
    public async Task Reach() => await Configure(new { webhook_url = new Uri(Hub.Url, await Path()).ToString() });

    /// <summary>What is due is looked at.</summary>
    public async Task<JsonElement> Look()
    {
        while (await Worker.Tick(default) > 0)
        {
        }

        await Github.Webhooks.Idle();
        return await Registration();
    }

    /// <summary>A while passes with the hub there, and what is due then is looked at.</summary>
    public async Task<JsonElement> LookAfter(TimeSpan pause)
    {
        for (var until = Time.GetUtcNow() + pause; Time.GetUtcNow() < until;)
        {
            Time.Advance(TimeSpan.FromSeconds(50));
            await using var scope = Hub.Services.CreateAsyncScope();
            await scope.ServiceProvider.GetRequiredService<HubPresence>().Note(default);
        }

        return await Look();
    }

    public Task<JsonElement> LookNextHour() => LookAfter(TimeSpan.FromMinutes(67));

    public async Task<JsonElement> Registration() => (await Http.Get($"integrations/{Inner.Integration}/webhook-registration")).Expect(200);

    /// <summary>As if the integration had been synchronised once.</summary>
    public Task Synchronised() => Inner.Sql<int>(Synchronise, new { id = Inner.Integration, scope = Inner.Project });

    /// <summary>What runs were asked for, and by whom.</summary>
    public async Task<string[]> Runs() =>
        [.. (await Http.Get($"sync-runs?integration_id={Inner.Integration}&status=queued")).Expect(200).GetProperty("items").EnumerateArray()
            .Select(run => $"{run.Text("sync_type")}: {run.Text("requested_by")}")];

    public async Task<string[]> Audit() =>
        [.. (await Http.Get($"audit?target_type=integration&target_id={Inner.Integration.ToString(CultureInfo.InvariantCulture)}")).Expect(200).GetProperty("items")
            .EnumerateArray().Where(entry => entry.Text("action").StartsWith("webhook_registration.", StringComparison.Ordinal))
            .Select(entry => $"{entry.GetProperty("actor").Text("name")}: {entry.Text("action").Split('.')[1]}").Reverse()];

    public async ValueTask DisposeAsync()
    {
        await Inner.DisposeAsync();
        await Github.DisposeAsync();
    }

    public const string Synchronise = """
        insert into sync.runs (id, integration_id, scope_id, scope_path, sync_type, status, requested_by, created_at, queued_at, completed_at)
        values (gen_random_uuid(), @id, @scope, array[1, @scope]::bigint[], 'full', 'completed', 'test', now(), now(), now())
        """;
}
