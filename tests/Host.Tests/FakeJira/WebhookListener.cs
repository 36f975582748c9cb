using System.Text.Json;
using Hub.FakeJira;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace Hub.Host.Tests.FakeJira;

/// <summary>Notes the events it hears; 202 for a genuine signature, 401 for any other.</summary>
static class WebhookListener
{
    public static async Task<WebApplication> Start(List<string> heard, string secret)
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        app.Run(async context =>
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body);
            heard.Add(JsonSerializer.Deserialize<JsonElement>(body.ToArray()).GetProperty("webhookEvent").GetString()!);
            context.Response.StatusCode = context.Request.Headers["X-Hub-Signature"] == WebhookSignature.Of(secret, body.ToArray()) ? 202 : 401;
        });
        await app.StartAsync();
        return app;
    }
}
