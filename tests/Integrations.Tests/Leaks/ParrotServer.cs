using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Hub.Integrations.Tests.Leaks;

/// <summary>A third party that says everything it was told back, in the form that the first segment of the path names.</summary>
internal sealed class ParrotServer : IAsyncDisposable
{
    public static readonly string[] Forms =
        ["json401", "text403", "html404", "xml500", "redirect302", "lie200", "headers429", "base64_400", "hex422", "form503", "reason418", "cut502", "bom409"];

    private readonly WebApplication app;
    private int heard;

    private ParrotServer(WebApplication app) => this.app = app;

    public string Url => app.Urls.First();

    /// <summary>Requests so far.</summary>
    public int Heard => heard;

    public static async Task<ParrotServer> Start()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        var server = new ParrotServer(builder.Build());
        server.app.Run(server.Answer);
        await server.app.StartAsync();
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        await app.StopAsync();
        await app.DisposeAsync();
    }

    private async Task Answer(HttpContext context)
    {
        Interlocked.Increment(ref heard);
        using var reader = new StreamReader(context.Request.Body);
        var credentials = string.Join(' ', context.Request.Headers.Where(header => header.Key is not "Host").Select(header => $"{header.Key}: {header.Value}"));
        var plain = context.Request.Headers.Authorization.ToString() is ['B', 'a', 's', 'i', 'c', ' ', .. var basic] ? Encoding.UTF8.GetString(Convert.FromBase64String(basic)) : "";
        var told = $"{credentials} {plain} {context.Request.QueryString} {await reader.ReadToEndAsync()}";
        var form = context.Request.Path.Value!.Split('/', 3)[1];
        var response = context.Response;
        response.StatusCode = int.TryParse(form.AsSpan(form.Length >= 3 ? form.Length - 3 : 0), out var status) ? status : 400;
        switch (form)
        {
            case "json401":
                await Write("application/json", JsonSerializer.Serialize(new { message = told, error = told, errorMessages = new[] { told } }));
                break;
            case "text403":
                await Write("text/plain", told);
                break;
            case "html404":
                await Write("text/html", $"<html><title>{WebUtility.HtmlEncode(told)}</title><p>{WebUtility.HtmlEncode(told)}</p></html>");
                break;
            case "xml500":
                await Write("application/xml", $"<error>{WebUtility.HtmlEncode(told)}</error>");
                break;
            case "redirect302":
                response.Headers.Location = $"/json401/elsewhere?{Uri.EscapeDataString(told)}";
                break;
            case "lie200":
                await Write("application/json", JsonSerializer.Serialize(new { ok = false, error = told, displayName = told, name = told, login = told, full_name = told, email = told }));
                break;
            case "headers429":
                response.Headers["Retry-After"] = "1";
                response.Headers["X-Told"] = Uri.EscapeDataString(told);
                await Write("application/problem+json", JsonSerializer.Serialize(new { detail = told, title = told }));
                break;
            case "base64_400":
                await Write("application/json", JsonSerializer.Serialize(new { message = Convert.ToBase64String(Encoding.UTF8.GetBytes(told)) }));
                break;
            case "hex422":
                await Write("application/json", JsonSerializer.Serialize(new { message = Convert.ToHexString(Encoding.UTF8.GetBytes(told)) }));
                break;
            case "form503":
                await Write("application/x-www-form-urlencoded", $"error={WebUtility.UrlEncode(told)}&error_description={WebUtility.UrlEncode(told)}");
                break;
            case "reason418":
                context.Features.Get<IHttpResponseFeature>()!.ReasonPhrase = told.Replace('\n', ' ').Replace('\r', ' ');
                break;
            case "cut502":
                response.ContentLength = 100_000;
                await response.WriteAsync(told);
                await response.Body.FlushAsync();
                context.Abort();
                break;
            default:
                await Write("application/json; charset=utf-16", "\ufeff" + told);
                break;
        }

        Task Write(string type, string body)
        {
            response.ContentType = type;
            return response.WriteAsync(body);
        }
    }
}
