using System.Net;
using Hub.FakeJira.Demo;
using Hub.Fakes;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace Hub.FakeJira;

/// <summary>
/// A Jira that runs in this process, remembers what is done to it, and misbehaves on demand. One line starts it:
/// <c>await using var jira = await FakeJiraServer.Start(new FakeJiraOptions { Issues = 250 });</c>
/// </summary>
public sealed class FakeJiraServer : IAsyncDisposable
{
    readonly WebApplication app;
    TimeZoneInfo? serverTimeZone;
    string origin = "";

    FakeJiraServer(FakeJiraOptions options)
    {
        Options = options;
        TimeZone = TimeZoneInfo.FindSystemTimeZoneById(options.TimeZone);
        serverTimeZone = options.ServerTimeZone is null ? null : TimeZoneInfo.FindSystemTimeZoneById(options.ServerTimeZone);
        Account = new User("712020:0f5e7a52-3a41-4c4a-9d7e-6b2f4d8c1e55", options.Email.Split('@')[0], "Integration Hub", options.Email);
        Auth = new JiraAuth(options);
        Issues = new IssueStore(options.Clock, Account);
        foreach (var (key, name) in options.Projects) Issues.AddProject(key, name);
        Issues.Generate(options.Issues);
        People = [.. User.Colleagues, Account];
        Limits = new RateLimits(this);
        Index = new SearchIndex(this);
        Tokens = new PageTokens(options.Clock);
        Webhooks = new WebhookSender(this);
        app = Build();
    }

    public FakeJiraOptions Options { get; }

    /// <summary>Address of the site, with the context path and without a slash at the end.</summary>
    public string Url => origin + Options.ContextPath;

    /// <summary>Cloud: the address at which tokens with scopes work.</summary>
    public string GatewayUrl => $"{origin}/ex/jira/{Options.CloudId}";

    public TimeProvider Clock => Options.Clock;

    public IssueStore Issues { get; }

    public Faults Faults { get; } = new();

    public SearchBehaviour Search { get; } = new();

    public JiraAuth Auth { get; }

    public RateLimits Limits { get; }

    public Screens Screens { get; } = new();

    public Workflow Workflow { get; } = new();

    public RequestLog Requests { get; } = new();

    public WebhookSender Webhooks { get; }

    /// <summary>The person that the token belongs to.</summary>
    public User Account { get; }

    /// <summary>Everybody who can be named in a field.</summary>
    public IReadOnlyList<User> People { get; }

    /// <summary>People who are found besides the colleagues, such as somebody of the same name.</summary>
    public IList<User> Guests { get; } = [];

    /// <summary>The time zone of the account, which people change now and then. Dates in queries are read in it.</summary>
    public TimeZoneInfo TimeZone { get; set; }

    /// <summary>The time zone of the server; the account's unless set.</summary>
    public TimeZoneInfo ServerTimeZone
    {
        get => serverTimeZone ?? TimeZone;
        set => serverTimeZone = value;
    }

    internal SearchIndex Index { get; }

    internal PageTokens Tokens { get; }

    public static async Task<FakeJiraServer> Start(FakeJiraOptions? options = null)
    {
        var jira = new FakeJiraServer(options ?? new());
        await jira.app.StartAsync();
        jira.origin = jira.app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        return jira;
    }

    /// <summary>Changes an issue and sets its <c>updated</c>: short for <see cref="IssueStore.Update"/>.</summary>
    public Issue UpdateIssue(string key, Func<Issue, Issue> change) => Issues.Update(key, change);

    /// <summary>Sends one signed webhook about an issue, as the site would, and tells how it was answered.</summary>
    public Task<WebhookAnswer> SendWebhook(string url, string? secret, string eventName, string issueKey, WebhookDetails? details = null) =>
        Webhooks.Send(url, WebhookBody(eventName, issueKey, secret, details));

    /// <summary>The bytes and headers of one webhook, to be sent by the caller.</summary>
    public WebhookMessage WebhookBody(string eventName, string issueKey, string? secret, WebhookDetails? details = null) =>
        Webhooks.Message(eventName, issueKey, secret, details ?? new());

    /// <summary>The issues that a query selects at present, without index lag: what a test expects to find.</summary>
    public IReadOnlyList<Issue> Select(string jql)
    {
        var query = Index.Compile(jql);
        var found = Array.FindAll(Issues.Snapshot(), i => !Issues.Hides(i) && query.Selects(i));
        Array.Sort(found, query.Order);
        return found;
    }

    /// <summary>Ends when the process is told to stop.</summary>
    internal Task Shutdown() => app.WaitForShutdownAsync();

    public async ValueTask DisposeAsync()
    {
        await Webhooks.DisposeAsync();
        using var now = new CancellationTokenSource(TimeSpan.Zero);
        await app.StopAsync(now.Token);
        await app.DisposeAsync();
    }

    WebApplication Build()
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(k => k.Listen(IPAddress.Loopback, Options.Port));
        builder.Services.AddRoutingCore();
        var built = builder.Build();
        built.Use(next => context => Pipeline.Run(context, this, next));
        built.UseRouting();
        built.Use(next => context => Limits.Run(context, next));
        RestRoutes.Map(new RestApi(built, this), built);
        if (Options.Demo) DemoEndpoints.Map(this, built);
        built.MapFallback("{*path}", Pipeline.DeadLink);
        return built;
    }
}
