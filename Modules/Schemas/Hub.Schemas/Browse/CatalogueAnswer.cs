using System.Buffers;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Hub.Schemas.Browse;

/// <summary>A catalogue read: bytes that are ready, an <c>ETag</c>, and 304 for a client that has them.</summary>
internal sealed record CatalogueAnswer(byte[] Json, string ETag)
{
    /// <summary>Says that the database is away, so that only the built-in definitions are certain.</summary>
    public const string SourceHeader = "X-Hub-Catalogue";

    public const string JsonType = "application/json; charset=utf-8";
    public const string JsonSchemaType = "application/schema+json";

    public static CatalogueAnswer List(IReadOnlyCollection<CatalogueEntry> items, int total, string? nextCursor)
    {
        var buffer = new ArrayBufferWriter<byte>(items.Sum(item => item.Json.Length) + 128);
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WriteStartArray("items");
            foreach (var item in items)
                writer.WriteRawValue(item.Json, skipInputValidation: true);
            writer.WriteEndArray();
            writer.WriteNumber("total", total);
            writer.WriteString("next_cursor", nextCursor);
            writer.WriteEndObject();
        }

        return new CatalogueAnswer(buffer.WrittenSpan.ToArray(), CatalogueEntry.Hash(buffer.WrittenSpan));
    }

    /// <param name="away">The database is away: what is said now must not outlive it.</param>
    /// <param name="type">Media type.</param>
    /// <param name="cache">How long clients may keep it, if they need not ask each time.</param>
    public IResult Say(bool away, string type = JsonType, string? cache = null) => new Answer(this, away, type, cache);

    private sealed class Answer(CatalogueAnswer answer, bool away, string type, string? cache) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            Mark(httpContext.Response, away);
            var response = httpContext.Response;
            response.Headers.ETag = answer.ETag;
            if (cache is not null)
                response.Headers.CacheControl = cache;
            if (httpContext.Request.Headers.IfNoneMatch.ToString().Contains(answer.ETag, StringComparison.Ordinal))
            {
                response.StatusCode = StatusCodes.Status304NotModified;
                return Task.CompletedTask;
            }

            response.ContentType = type;
            response.ContentLength = answer.Json.Length;
            return response.Body.WriteAsync(answer.Json, httpContext.RequestAborted).AsTask();
        }
    }

    /// <summary>May be kept but must be asked for again: a change shows at once, and an unchanged answer costs no bytes.</summary>
    public static void Mark(HttpResponse response, bool away)
    {
        response.Headers.CacheControl = away ? "no-store" : "public, no-cache";
        if (away)
            response.Headers[SourceHeader] = BuiltInTypes.Source;
    }
}
