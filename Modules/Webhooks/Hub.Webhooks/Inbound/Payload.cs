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
    private static readonly JsonWriterOptions Form = new() { Indented = false };

    /// <exception cref="UnsupportedMediaException">It is neither gzip nor none.</exception>
    public static void RequireKnown(string? contentEncoding)
    {
        if (!IsPlain(contentEncoding) && !IsGzip(contentEncoding))
            throw new UnsupportedMediaException("Content-Encoding must be gzip or absent.");
    }

    /// <exception cref="TooLargeException">Decoded, it is larger than the limit.</exception>
    /// <exception cref="JsonException">It is not JSON.</exception>
    public static JsonDocument Parse(ReadOnlyMemory<byte> sent, string? contentEncoding, string? contentType, int maxBytes)
    {
        var decoded = Decode(sent, contentEncoding, maxBytes);
        if (IsForm(contentType))
            return JsonDocument.Parse(FromForm(decoded.Span), Deep);
        return JsonDocument.Parse(decoded.Span.StartsWith(Encoding.UTF8.Preamble) ? decoded[3..] : decoded, Deep);
    }

    public static byte[] Deflate(ReadOnlySpan<byte> sent)
    {
        using var stored = new MemoryStream(sent.Length / 3 + 64);
        using (var deflate = new DeflateStream(stored, CompressionLevel.Fastest, leaveOpen: true))
            deflate.Write(sent);
        return stored.ToArray();
    }

    /// <param name="stored">As <see cref="Deflate"/> made it.</param>
    /// <param name="size">How many bytes were sent.</param>
    public static byte[] Inflate(byte[] stored, int size)
    {
        var sent = new byte[size];
        using var inflate = new DeflateStream(new MemoryStream(stored), CompressionMode.Decompress);
        inflate.ReadExactly(sent);
        return sent;
    }

    private static ReadOnlyMemory<byte> Decode(ReadOnlyMemory<byte> sent, string? contentEncoding, int maxBytes)
    {
        if (IsPlain(contentEncoding))
            return sent;
        using var gzip = new GZipStream(new MemoryStream(sent.ToArray()), CompressionMode.Decompress);
        using var decoded = new MemoryStream();
        var buffer = new byte[64 * 1024];
        try
        {
            int read;
            while ((read = gzip.Read(buffer)) > 0)
            {
                decoded.Write(buffer, 0, read);
                if (decoded.Length > maxBytes)
                    throw new TooLargeException($"Decoded, the delivery has more than {maxBytes} bytes.");
            }
        }
        catch (InvalidDataException broken)
        {
            throw new JsonException("The gzip stream is damaged.", broken);
        }

        return decoded.GetBuffer().AsMemory(0, (int)decoded.Length);
    }

    private static bool IsPlain(string? encoding) => encoding is null or "" || encoding.Equals("identity", StringComparison.OrdinalIgnoreCase);

    private static bool IsGzip(string? encoding) => string.Equals(encoding, "gzip", StringComparison.OrdinalIgnoreCase);

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
