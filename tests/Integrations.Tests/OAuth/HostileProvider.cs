using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;

namespace Hub.Integrations.Tests.OAuth;

/// <summary>A token endpoint in this process that answers as a test tells it. Whoever asks <c>/me</c> is alice.</summary>
internal sealed class HostileProvider : IAsyncDisposable
{
    private readonly WebApplication app;

    private HostileProvider(WebApplication app) => this.app = app;

    public string Url => app.Urls.First();

    /// <summary>How the token endpoint answers.</summary>
    public Func<HttpContext, Task> Token { get; set; } = Good();

    /// <summary>How it answers who asks for the account.</summary>
    public Func<HttpContext, Task> Me { get; set; } = Json(200, new { sub = "alice", email = "alice@example.com" });

    /// <summary>The forms it was sent.</summary>
    public ConcurrentQueue<IReadOnlyDictionary<string, string>> Forms { get; } = new();

    public static async Task<HostileProvider> Start()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        var provider = new HostileProvider(builder.Build());
        provider.app.Run(provider.Answer);
        await provider.app.StartAsync();
        return provider;
    }

    public static Func<HttpContext, Task> Good(string accessToken = "hostile-access-token-1", object? expiresIn = null) =>
        Json(200, new { access_token = accessToken, token_type = "bearer", refresh_token = "hostile-refresh-token-1", expires_in = expiresIn ?? 3600 });

    public static Func<HttpContext, Task> Json(int status, object body) => async http =>
    {
        http.Response.StatusCode = status;
        await http.Response.WriteAsJsonAsync(body);
    };

    public static Func<HttpContext, Task> Text(int status, string type, string body, params (string Name, string Value)[] headers) => async http =>
    {
        http.Response.StatusCode = status;
        http.Response.ContentType = type;
        foreach (var (name, value) in headers)
            http.Response.Headers[name] = value;
        await http.Response.WriteAsync(body);
    };

    public async ValueTask DisposeAsync()
    {
        await app.StopAsync(new CancellationToken(canceled: true));
        await app.DisposeAsync();
    }

    private async Task Answer(HttpContext http)
    {
        if (http.Request.Path == "/me")
        {
            await Me(http);
            return;
        }

        using var reader = new StreamReader(http.Request.Body);
        Forms.Enqueue(QueryHelpers.ParseQuery(await reader.ReadToEndAsync()).ToDictionary(pair => pair.Key, pair => pair.Value.ToString()));
        await Token(http);
    }
}
