using System.Text.Json;
using Hub.FakeJira;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace Hub.Host.Tests.FakeJira;

/// <summary>Notes the events it hears; 202 for a genuine signature, 401 for any other, unless told to answer otherwise.</summary>
static class WebhookListener
{
    public static Task<WebApplication> Start(List<string> heard, string secret) => Start((headers, body) =>
    {
        heard.Add(JsonSerializer.Deserialize<JsonElement>(body).GetProperty("webhookEvent").GetString()!);
        return headers["X-Hub-Signature"] == WebhookSignature.Of(secret, body) ? 202 : 401;
    });

    public static async Task<WebApplication> Start(Func<IHeaderDictionary, byte[], int> answer)
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        app.Run(async context =>
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body);
            context.Response.StatusCode = answer(context.Request.Headers, body.ToArray());
        });
        await app.StartAsync();
        return app;
    }
}
