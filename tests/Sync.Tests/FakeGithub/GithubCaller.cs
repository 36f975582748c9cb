using System.Collections.Concurrent;
using System.Net;
using System.Text;
using System.Text.Json;
using Hub.FakeGithub;
using Hub.Fakes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;

namespace Hub.Sync.Tests.FakeGithub;

/// <summary>What GitHub answered. An empty body is read as null.</summary>
internal sealed record GithubAnswer(HttpStatusCode Status, JsonElement? Body, Dictionary<string, string> Headers)
{
    public JsonElement Json => Body!.Value;

    public List<JsonElement> Items => [.. Json.EnumerateArray()];

    public string? Link(string rel) =>
        Headers.GetValueOrDefault("Link")?.Split(", ")
            .FirstOrDefault(l => l.EndsWith($"rel=\"{rel}\"", StringComparison.Ordinal))?.Split('<', '>')[1];

    public int Remaining => int.Parse(Headers["x-ratelimit-remaining"], provider: null);
}

/// <summary>Asks the fake as a careful client does: with an agent and a token, following nothing by itself.</summary>
internal sealed class GithubCaller(FakeGithubServer github) : IDisposable
{
    private readonly HttpClient http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false });

    public string? Agent { get; set; } = "hub-tests";

    public string? Token { get; set; } = github.Options.Token;

    public Task<GithubAnswer> Get(string path, params (string Name, string Value)[] headers) => Send(HttpMethod.Get, path, null, headers);

    public Task<GithubAnswer> Post(string path, object? body = null) => Send(HttpMethod.Post, path, body);

    public async Task<GithubAnswer> Send(HttpMethod method, string path, object? body, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, path.StartsWith("http", StringComparison.Ordinal) ? path : github.Url + path);
        if (Agent is not null) request.Headers.TryAddWithoutValidation("User-Agent", Agent);
        if (Token is not null) request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {Token}");
        foreach (var (name, value) in headers) request.Headers.TryAddWithoutValidation(name, value);
        if (body is not null) request.Content = new StringContent(JsonSerializer.Serialize(body), Encoding.UTF8, "application/json");
        using var response = await http.SendAsync(request);
        var bytes = await response.Content.ReadAsByteArrayAsync();
        var json = response.Content.Headers.ContentType?.MediaType == "application/json" ? JsonSerializer.Deserialize<JsonElement>(bytes) : (JsonElement?)null;
        return new GithubAnswer(response.StatusCode, json, response.Headers.Concat(response.Content.Headers)
            .ToDictionary(h => h.Key, h => string.Join(", ", h.Value), StringComparer.OrdinalIgnoreCase));
    }

    /// <summary>Every item of a list, by the links to the next page.</summary>
    public async Task<List<JsonElement>> All(string path)
    {
        List<JsonElement> all = [];
        for (string? next = path; next is not null;)
        {
            var page = await Get(next);
            all.AddRange(page.Items);
            next = page.Link("next");
        }

        return all;
    }

    public void Dispose() => http.Dispose();
}

/// <summary>Hears webhooks: 202 for a genuine signature, 401 for any other.</summary>
internal sealed class HookListener : IAsyncDisposable
{
    public const string Secret = "It's a Secret to Everybody";

    private readonly WebApplication app;

    private HookListener(WebApplication app) => this.app = app;

    public ConcurrentQueue<(string Event, string Delivery, JsonElement Body, int Status)> Heard { get; } = new();

    public string Url => app.Urls.First();

    public static async Task<HookListener> Start()
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        var listener = new HookListener(builder.Build());
        listener.app.Run(async context =>
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body);
            var headers = context.Request.Headers;
            context.Response.StatusCode = headers["X-Hub-Signature-256"] == WebhookSignature.Of(Secret, body.ToArray()) ? 202 : 401;
            listener.Heard.Enqueue((headers["X-GitHub-Event"]!, headers["X-GitHub-Delivery"]!, JsonSerializer.Deserialize<JsonElement>(body.ToArray()),
                context.Response.StatusCode));
        });
        await listener.app.StartAsync();
        return listener;
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();
}
