using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Hub.FakeGithub;

/// <summary>
/// Sends an answer: with an <c>ETag</c> that differs between callers, as 304 when the caller has it already (which is not counted), and with
/// the limits as they are then. Letters beyond ASCII are left as they are.
/// </summary>
static class AnswerWriter
{
    public static readonly JsonSerializerOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static async Task Write(HttpContext context, FakeGithubServer github, Caller? caller, Answer answer)
    {
        var bytes = answer.TextType is not null ? Encoding.UTF8.GetBytes((string)answer.Body!)
            : answer.Body is null ? [] : JsonSerializer.SerializeToUtf8Bytes(answer.Body, answer.Body.GetType(), Options);
        var headers = context.Response.Headers;
        var cacheable = context.Request.Method == "GET" && answer.Status == 200;
        if (cacheable)
        {
            headers.ETag = Tag(bytes, caller, answer);
            headers.CacheControl = "private, max-age=60, s-maxage=60";
            headers.Vary = "Accept, Authorization, Cookie, X-GitHub-OTP,Accept-Encoding, Accept, X-Requested-With";
            if (answer.LastModified is { } changed) headers.LastModified = changed.ToString("R", CultureInfo.InvariantCulture);
        }

        var known = cacheable && IsKnown(context.Request, headers.ETag.ToString(), answer.LastModified);
        if (caller is not null) github.Limits.Count(context, caller, free: (known && !caller.IsAnonymous) || RateLimits.IsFree(context));
        headers.Date = github.Clock.GetUtcNow().ToString("R", CultureInfo.InvariantCulture);
        headers.Server = "github.com";
        headers["X-GitHub-Media-Type"] = "github.v3; format=json";
        headers["X-GitHub-Api-Version-Selected"] = "2022-11-28";
        headers["X-GitHub-Request-Id"] = $"FA4E:{github.Requests.Total:X4}:{bytes.Length:X}";
        if (caller?.Scopes is { } scopes) headers["X-OAuth-Scopes"] = scopes;
        context.Response.StatusCode = known ? 304 : answer.Status;
        if (known) return;
        foreach (var (name, value) in answer.Headers) headers[name] = value;
        if (bytes.Length == 0) return;
        context.Response.ContentType = answer.TextType ?? "application/json; charset=utf-8";
        context.Response.ContentLength = bytes.Length;
        await context.Response.Body.WriteAsync(bytes, context.RequestAborted);
    }

    static string Tag(byte[] bytes, Caller? caller, Answer answer)
    {
        var salt = Encoding.UTF8.GetBytes($"{caller?.Key}\n{answer.Headers.GetValueOrDefault("Link")}\n");
        return $"W/\"{Convert.ToHexStringLower(SHA256.HashData([.. salt, .. bytes]))}\"";
    }

    // The tag decides when both are sent.
    static bool IsKnown(HttpRequest request, string tag, DateTimeOffset? lastModified)
    {
        if (request.Headers.TryGetValue("If-None-Match", out var tags)) return tags.ToString().Split(',').Any(t => t.Trim() == tag);
        return lastModified is { } changed
            && DateTimeOffset.TryParse(request.Headers.IfModifiedSince, CultureInfo.InvariantCulture, out var since) && changed <= since;
    }
}
