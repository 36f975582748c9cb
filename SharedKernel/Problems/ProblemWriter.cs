using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Hub.SharedKernel.Problems;

/// <summary>Writes RFC 9457 problem documents: the only place that knows their shape.</summary>
public static class ProblemWriter
{
    public static Task Write(HttpContext context, HubException problem)
    {
        if (problem.RetryAfter is { } wait)
            context.Response.Headers.RetryAfter = Math.Max(1, (int)Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        return Write(context, problem.Status, problem.Code, problem.Title, problem.Message, problem.Errors, problem.Extensions);
    }

    public static async Task Write(
        HttpContext context, int status, string code, string title, string detail,
        IReadOnlyDictionary<string, string[]>? errors = null, IReadOnlyDictionary<string, object?>? extensions = null)
    {
        var document = new Dictionary<string, object?>
        {
            ["type"] = $"https://integration-hub.dev/problems/{code}",
            ["title"] = title,
            ["status"] = status,
            ["detail"] = detail,
            ["code"] = code,
            ["trace_id"] = Activity.Current?.TraceId.ToHexString() ?? context.TraceIdentifier,
        };
        if (errors is not null)
            document["errors"] = errors;
        foreach (var (name, value) in extensions ?? new Dictionary<string, object?>())
            document[name] = value;

        context.Response.StatusCode = status;
        context.Response.ContentType = "application/problem+json";
        await context.Response.Body.WriteAsync(JsonSerializer.SerializeToUtf8Bytes(document, Http.HubJson.Options), context.RequestAborted);
    }
}
