using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace Hub.Sync.Tests.Writing;

/// <summary>A server that speaks OpenAI's chat completions and says what a test lets it say.</summary>
internal sealed class FakeModel : IAsyncDisposable
{
    public const string Key = "sk-test-0123456789abcdefghij";

    private readonly WebApplication app;

    private FakeModel(WebApplication app) => this.app = app;

    public string Url => $"{app.Urls.First()}/v1";

    public ConcurrentQueue<JsonElement> Requests { get; } = new();

    /// <summary>Status and body of the next answers.</summary>
    public Func<(int Status, object Body)> Answer { get; set; } = () => (500, new { });

    /// <summary>From now on it drafts this.</summary>
    public void Says(object ticket) => SaysText(JsonSerializer.Serialize(ticket));

    public void SaysText(string content) => Answer = () => (200, new { choices = new[] { new { index = 0, message = new { role = "assistant", content }, finish_reason = "stop" } } });

    public void Fails(int status, string message) => Answer = () => (status, new { error = new { message, type = "error", code = "x" } });

    public static async Task<FakeModel> Start()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        var model = new FakeModel(builder.Build());
        model.app.Run(async context =>
        {
            if (context.Request.Path == "/v1/models")
            {
                await context.Response.WriteAsJsonAsync(new { data = Array.Empty<object>() });
                return;
            }

            model.Requests.Enqueue((await JsonDocument.ParseAsync(context.Request.Body)).RootElement);
            var (status, body) = context.Request.Headers.Authorization == $"Bearer {Key}" ? model.Answer() : (401, new { error = new { message = "wrong key" } });
            context.Response.StatusCode = status;
            await context.Response.WriteAsJsonAsync(body);
        });
        await model.app.StartAsync();
        return model;
    }

    public async ValueTask DisposeAsync()
    {
        await app.StopAsync();
        await app.DisposeAsync();
    }
}
