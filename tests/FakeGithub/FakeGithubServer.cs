using System.Net;
using System.Security.Cryptography;
using Hub.FakeGithub.Demo;
using Hub.Fakes;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace Hub.FakeGithub;

/// <summary>
/// A GitHub that runs in this process, remembers what is done to it, and misbehaves on demand. One line starts it:
/// <c>await using var github = await FakeGithubServer.Start(new FakeGithubOptions { Repositories = [new("acme/shop") { Commits = 250 }] });</c>
/// </summary>
public sealed class FakeGithubServer : IAsyncDisposable
{
    internal const long AccountId = 1_001;

    readonly WebApplication app;
    readonly Lazy<(string Private, string Public)> pair = new(MakePair);
    string origin = "";

    FakeGithubServer(FakeGithubOptions options)
    {
        Options = options;
        Account = new GithubUser(AccountId, options.Login, "Integration Hub", "hub-bot@example.com");
        Limits = new RateLimits(options);
        Access = new GithubAccess(this);
        Repositories = new RepositoryStore(options.Clock);
        Webhooks = new WebhookSender(this);
        foreach (var seed in options.Repositories) Repositories.Create(seed);
        app = Build();
    }

    public FakeGithubOptions Options { get; }

    /// <summary>Address of the API, with the prefix and without a slash at the end.</summary>
    public string Url => origin + Options.Prefix;

    public TimeProvider Clock => Options.Clock;

    public RepositoryStore Repositories { get; }

    /// <summary>The first repository.</summary>
    public GithubRepository Repository => Repositories.All[0];

    public Faults Faults { get; } = new();

    public ListBehaviour Lists { get; } = new();

    public RateLimits Limits { get; }

    public GithubAccess Access { get; }

    public WebhookSender Webhooks { get; }

    public RequestLog Requests { get; } = new();

    /// <summary>The person that the personal access token belongs to.</summary>
    public GithubUser Account { get; }

    /// <summary>PKCS#1 PEM, as GitHub hands it out; of use unless the options name a public key.</summary>
    public string AppPrivateKey => pair.Value.Private;

    internal string AppPublicKey => Options.AppPublicKey ?? pair.Value.Public;

    public static async Task<FakeGithubServer> Start(FakeGithubOptions? options = null)
    {
        var github = new FakeGithubServer(options ?? new());
        await github.app.StartAsync();
        github.origin = github.app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        return github;
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

    static (string Private, string Public) MakePair()
    {
        using var key = RSA.Create(2048);
        return (key.ExportRSAPrivateKeyPem(), key.ExportSubjectPublicKeyInfoPem());
    }

    WebApplication Build()
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(k => k.Listen(IPAddress.Loopback, Options.Port));
        builder.Services.AddRoutingCore();
        var built = builder.Build();
        built.Use(next => context => Pipeline.Run(context, this, next));
        built.UseRouting();
        RestRoutes.Map(new RestApi(built, this));
        if (Options.Demo) DemoEndpoints.Map(this, built);
        built.MapFallback("{*path}", _ => Task.CompletedTask);
        return built;
    }
}
