using System.IO.Compression;
using System.Text;
using System.Text.Json;
using Hub.SharedKernel.Problems;
using Microsoft.AspNetCore.WebUtilities;

namespace Hub.Webhooks.Inbound;

/// <summary>
/// The way from the bytes that were sent to the JSON they mean, walked at receipt and again at each processing: a content encoding is undone, a
/// form's <c>payload</c> field taken out. The stored bytes stay those that were sent.
/// </summary>
internal static class Payload
{
    // Rich text nests deeply; the default of 64 would lose real events.
    private static readonly JsonDocumentOptions Deep = new() { MaxDepth = 512 };
    private static readonly string[] Known = ["gzip", "x-gzip", "deflate", "br"];
    private const int MaxRatio = 200;
    private const int SmallEnough = 1024 * 1024;
    private static readonly JsonWriterOptions Form = new() { Indented = false };

    /// <exception cref="UnsupportedMediaException">It is none that can be undone, or more than one.</exception>
    public static void RequireKnown(string? contentEncoding)
    {
        if (!IsPlain(contentEncoding) && !Known.Contains(contentEncoding!.Trim(), StringComparer.OrdinalIgnoreCase))
            throw new UnsupportedMediaException("Content-Encoding must be gzip, deflate or br, or absent.");
    }

    /// <exception cref="TooLargeException">Decoded, it is larger than the limit.</exception>
    /// <exception cref="JsonException">It is not JSON.</exception>
    public static JsonDocument Parse(ReadOnlyMemory<byte> sent, string? contentEncoding, string? contentType, int maxBytes)
    {
        if (sent.IsEmpty)
            return JsonDocument.Parse("null");
        var decoded = Decode(sent, contentEncoding, maxBytes);
        if (IsForm(contentType))
            return JsonDocument.Parse(FromForm(decoded.Span), Deep);
        return JsonDocument.Parse(decoded.Span.StartsWith(Encoding.UTF8.Preamble) ? decoded[3..] : decoded, Deep);
    }

    private static ReadOnlyMemory<byte> Decode(ReadOnlyMemory<byte> sent, string? contentEncoding, int maxBytes)
    {
        if (IsPlain(contentEncoding))
            return sent;
        using var decoder = Decoder(contentEncoding!, sent) ?? throw new JsonException($"Nobody can undo the encoding {contentEncoding}.");
        using var decoded = new MemoryStream();
        var buffer = new byte[64 * 1024];
        // Real JSON hardly reaches a twentieth; what is beyond was made to fill memory.
        var most = Math.Min(maxBytes, Math.Max(SmallEnough, sent.Length * (long)MaxRatio));
        try
        {
            int read;
            while ((read = decoder.Read(buffer)) > 0)
            {
                decoded.Write(buffer, 0, read);
                if (decoded.Length > most)
                    throw new TooLargeException($"Decoded, the delivery has more than {most} bytes: at most {maxBytes}, and {MaxRatio} times what was sent.");
            }
        }
        catch (Exception broken) when (broken is InvalidDataException or InvalidOperationException)
        {
            throw new JsonException($"The {contentEncoding} stream is damaged.", broken);
        }

        return decoded.GetBuffer().AsMemory(0, (int)decoded.Length);
    }

    private static Stream? Decoder(string encoding, ReadOnlyMemory<byte> sent)
    {
        var stream = new MemoryStream(sent.ToArray());
        return encoding.Trim().ToLowerInvariant() switch
        {
            "gzip" or "x-gzip" => new GZipStream(stream, CompressionMode.Decompress),
            "br" => new BrotliStream(stream, CompressionMode.Decompress),
            // By the standard it is zlib's format; some senders leave its frame out.
            "deflate" => IsZlib(sent.Span) ? new ZLibStream(stream, CompressionMode.Decompress) : new DeflateStream(stream, CompressionMode.Decompress),
            _ => null,
        };
    }

    private static bool IsZlib(ReadOnlySpan<byte> sent) => sent.Length >= 2 && (sent[0] & 0x0f) == 8 && ((sent[0] << 8) | sent[1]) % 31 == 0;

    private static bool IsPlain(string? encoding) => encoding is null or "" || encoding.Equals("identity", StringComparison.OrdinalIgnoreCase);

    private static bool IsForm(string? contentType) => contentType?.StartsWith("application/x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase) == true;

    /// <summary>GitHub and Slack put the JSON into one field named payload; a form without it is its fields as an object of texts.</summary>
    private static byte[] FromForm(ReadOnlySpan<byte> body)
    {
        var fields = QueryHelpers.ParseQuery(Encoding.UTF8.GetString(body));
        if (fields.TryGetValue("payload", out var payload))
            return Encoding.UTF8.GetBytes(payload.ToString());
        if (fields.Count == 0)
            throw new JsonException("The form is empty.");
        using var json = new MemoryStream();
        using (var writer = new Utf8JsonWriter(json, Form))
        {
            writer.WriteStartObject();
            foreach (var (name, value) in fields)
                writer.WriteString(name, value.ToString());
            writer.WriteEndObject();
        }

        return json.ToArray();
    }
}
