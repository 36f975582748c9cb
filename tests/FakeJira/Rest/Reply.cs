using System.Buffers;
using System.Collections.Concurrent;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Hub.FakeJira;

/// <summary>Writes answers. Letters beyond ASCII are left as they are, as Jira does.</summary>
static class Reply
{
    public static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    static readonly JsonWriterOptions WriterOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    // Pages of several hundred kilobytes would otherwise each leave a large object behind.
    static readonly ConcurrentBag<ArrayBufferWriter<byte>> Buffers = [];

    public static Task Json(HttpContext context, int status, object body) =>
        Bytes(context, status, "application/json;charset=UTF-8", JsonSerializer.SerializeToUtf8Bytes(body, Options));

    public static async Task Write(HttpContext context, int status, Action<Utf8JsonWriter> write)
    {
        var buffer = Buffers.TryTake(out var used) ? used : new ArrayBufferWriter<byte>(64 * 1024);
        try
        {
            using (var json = new Utf8JsonWriter(buffer, WriterOptions)) write(json);
            await Bytes(context, status, "application/json;charset=UTF-8", buffer.WrittenMemory);
        }
        finally
        {
            buffer.ResetWrittenCount();
            Buffers.Add(buffer);
        }
    }

    public static Task Problem(HttpContext context, JiraProblem problem) =>
        Json(context, problem.Status, new { errorMessages = problem.Messages, errors = problem.Errors });

    public static Task Html(HttpContext context, int status, string html) =>
        Bytes(context, status, "text/html;charset=UTF-8", Encoding.UTF8.GetBytes(html));

    public static Task Text(HttpContext context, int status, string text) =>
        Bytes(context, status, "text/plain;charset=UTF-8", Encoding.UTF8.GetBytes(text));

    public static Task Nothing(HttpContext context)
    {
        context.Response.StatusCode = StatusCodes.Status204NoContent;
        return Task.CompletedTask;
    }

    public static ReadOnlyMemory<byte> Bytes(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>(4096);
        using (var json = new Utf8JsonWriter(buffer, WriterOptions)) write(json);
        return buffer.WrittenMemory;
    }

    static Task Bytes(HttpContext context, int status, string type, ReadOnlyMemory<byte> bytes)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = type;
        context.Response.ContentLength = bytes.Length;
        return context.Response.Body.WriteAsync(bytes, context.RequestAborted).AsTask();
    }
}
