using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Hub.Host;
using Hub.Host.CommandLine;
using Hub.SharedKernel.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace Hub.TestHarness;

/// <summary>
/// The whole hub in this process, on a database of its own and a free port: tests talk to it over HTTP like any client. Workers run unless
/// <see cref="HubSetup.Workers"/> is switched off; then a test calls their <c>Tick</c> itself.
/// </summary>
public sealed class HubFixture : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly string dataDirectory;
    private readonly bool ownsDatabase;

    private HubFixture(WebApplication app, string connectionString, string dataDirectory, bool ownsDatabase, CapturedLogs logs, SecretWatch watch)
    {
        (this.app, ConnectionString, this.dataDirectory, this.ownsDatabase, Logs, Watch) = (app, connectionString, dataDirectory, ownsDatabase, logs, watch);
        Url = new Uri(app.Urls.First());
        Http = ClientFor(AdminKey);
    }

    public const string AdminKey = "hub_test_admin_key_0123456789";

    public Uri Url { get; }

    /// <summary>A client with the platform admin's key.</summary>
    public HttpClient Http { get; }

    public string ConnectionString { get; }

    public CapturedLogs Logs { get; }

    /// <summary>Looks for secrets in answers and logs; what it found fails the test when the hub is disposed of.</summary>
    public SecretWatch Watch { get; }

    public IServiceProvider Services => app.Services;

    /// <summary>The settings as the hub reads them; what a test sets here it sees from then on.</summary>
    public IConfiguration Configuration => app.Configuration;

    public static async Task<HubFixture> Start(Action<HubSetup>? customise = null)
    {
        var setup = new HubSetup();
        customise?.Invoke(setup);
        var connectionString = setup.ConnectionString ?? await HubDatabases.Create();
        var dataDirectory = setup.DataDirectory ?? Directory.CreateTempSubdirectory("hub-test-").FullName;
        var builder = HubHost.CreateBuilder(["--urls", "http://127.0.0.1:0"]);
        var logs = new CapturedLogs();
        builder.Logging.ClearProviders();
        if (setup.Logs)
            builder.Logging.AddProvider(logs).SetMinimumLevel(LogLevel.Debug);
        builder.Configuration["ConnectionStrings:Hub"] = connectionString;
        builder.Configuration["Hub:DataDirectory"] = dataDirectory;
        builder.Configuration["HUB_ADMIN_KEY"] = AdminKey;
        builder.Configuration["HUB_MASTER_KEY"] = HubDatabases.MasterKey;
        builder.Configuration["Hub:Egress:AllowedNetworks"] = "127.0.0.0/8";
        builder.Configuration["Hub:Workers:Enabled"] = setup.Workers.ToString();
        foreach (var (name, value) in setup.Settings)
            builder.Configuration[name] = value;
        var application = HubHost.Build(builder, services =>
        {
            if (setup.Time is { } time)
                services.Replace(ServiceDescriptor.Singleton(time));
            setup.Services?.Invoke(services);
        });
        await ServeCommand.Prepare(application, CancellationToken.None);
        await application.StartAsync();
        return new HubFixture(application, connectionString, dataDirectory, setup.ConnectionString is null, logs, new SecretWatch { Answers = setup.KeepAnswers ? [] : null });
    }

    public HttpClient ClientFor(string? key)
    {
        var client = new HttpClient(Watch.Handler()) { BaseAddress = new Uri(Url, "/api/v1/"), Timeout = TimeSpan.FromSeconds(60) };
        if (key is not null)
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        return client;
    }

    /// <summary>A scope of any kind below a parent, made as the platform admin.</summary>
    public async Task<long> CreateScope(string kind, string name, long parentId = 1) =>
        (await Http.Post("scopes", new { kind, name, parent_id = parentId })).Expect(201).GetProperty("id").GetInt64();

    public async Task<long> CreateProject(string name = "Payments", long parentId = 1) =>
        (await Http.Post("projects", new { name, parent_id = parentId })).Expect(201).GetProperty("id").GetInt64();

    /// <summary>A client with a key of its own.</summary>
    public async Task<HttpClient> ClientWith(string role, long scopeId) =>
        ClientFor((await Http.Post("keys", new { name = $"{role} of {scopeId}", role, scope_id = scopeId })).Expect(201).GetProperty("key").GetString());

    /// <summary>Waits for a fact, looking every 20 ms; fails after a minute with what was last seen.</summary>
    public static async Task<T> Eventually<T>(Func<Task<T>> look, Func<T, bool> holds, string fact)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        while (true)
        {
            var seen = await look();
            if (holds(seen))
                return seen;
            if (patience.IsCancellationRequested)
                throw new TimeoutException($"It never became true that {fact}. Last seen: {seen}");
            await Task.Delay(20);
        }
    }

    /// <summary>Stops the hub but keeps its database, to start another on it.</summary>
    public async Task Stop() => await app.StopAsync();

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await app.StopAsync();
        await app.DisposeAsync();
        if (ownsDatabase)
            await TestPostgres.Drop(ConnectionString);
        if (dataDirectory.StartsWith(Path.GetTempPath(), StringComparison.Ordinal) && Directory.Exists(dataDirectory))
            Directory.Delete(dataDirectory, recursive: true);
        Watch.Require(Logs);
    }
}

/// <summary>How a test wants its hub.</summary>
public sealed class HubSetup
{
    public bool Workers { get; set; } = true;

    /// <summary>Off for benchmarks: capturing everything costs.</summary>
    public bool Logs { get; set; } = true;

    /// <summary>Keeps the text of every answer for <see cref="SecretWatch.Answers"/>.</summary>
    public bool KeepAnswers { get; set; }

    /// <summary>Replaces the clock everywhere.</summary>
    public TimeProvider? Time { get; set; }

    /// <summary>Starts on a database that is there already.</summary>
    public string? ConnectionString { get; set; }
    public string? DataDirectory { get; set; }
    public Dictionary<string, string?> Settings { get; } = [];

    /// <summary>Adds or replaces services, such as a reaction that fails.</summary>
    public Action<IServiceCollection>? Services { get; set; }
}

/// <summary>An answer with its parsed body.</summary>
public sealed record Answer(HttpResponseMessage Response, string Text)
{
    public int Status => (int)Response.StatusCode;

    public JsonElement Json => JsonElement.Parse(Text);

    /// <summary>The body, after making sure of the status; the failure shows the body.</summary>
    public JsonElement Expect(int status) => Status == status
        ? Text is "" ? default : Json
        : throw new NUnit.Framework.AssertionException($"Expected {status}, got {Status} from {Response.RequestMessage?.Method} {Response.RequestMessage?.RequestUri?.PathAndQuery}: {Text}");
}

public static class AnswerExtensions
{
    public static Task<Answer> Get(this HttpClient http, string path) => http.Ask(HttpMethod.Get, path);

    public static Task<Answer> Post(this HttpClient http, string path, object? body = null, params (string Name, string Value)[] headers) => http.Ask(HttpMethod.Post, path, body, headers);

    public static Task<Answer> Put(this HttpClient http, string path, object? body, params (string Name, string Value)[] headers) => http.Ask(HttpMethod.Put, path, body, headers);

    public static Task<Answer> Patch(this HttpClient http, string path, object? body, params (string Name, string Value)[] headers) => http.Ask(HttpMethod.Patch, path, body, headers);

    public static Task<Answer> Delete(this HttpClient http, string path) => http.Ask(HttpMethod.Delete, path);

    /// <param name="http">The client.</param>
    /// <param name="method">The method.</param>
    /// <param name="path">Relative to <c>/api/v1/</c>, or absolute with a leading slash.</param>
    /// <param name="body">An object is sent as JSON as it is spelled; a string as JSON text; bytes as they are.</param>
    /// <param name="headers">Further headers.</param>
    public static async Task<Answer> Ask(this HttpClient http, HttpMethod method, string path, object? body = null, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, path);
        request.Content = body switch
        {
            null => null,
            string text => new StringContent(text, Encoding.UTF8, "application/json"),
            byte[] bytes => new ByteArrayContent(bytes) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } },
            _ => JsonContent.Create(body, body.GetType(), options: HubJson.Options),
        };
        foreach (var (name, value) in headers)
            if (!request.Headers.TryAddWithoutValidation(name, value))
                request.Content!.Headers.TryAddWithoutValidation(name, value);
        var response = await http.SendAsync(request);
        return new Answer(response, await response.Content.ReadAsStringAsync());
    }
}
