using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace Hub.Sync.Tickets;

/// <summary>
/// A provider's record as it is kept: deflated bytes, not jsonb. Nothing asks into it, PostgreSQL need not parse it, and any character may be in it.
/// </summary>
internal static class RawRecord
{
    // As deep as what is taken from providers: a document in a description easily goes beyond the default.
    private static readonly JsonDocumentOptions Deep = new() { MaxDepth = 512 };

    public static byte[] Write(JsonElement record)
    {
        using var buffer = new MemoryStream();
        using (var deflate = new DeflateStream(buffer, CompressionLevel.Fastest, leaveOpen: true))
            deflate.Write(JsonMarshal.GetRawUtf8Value(record));
        return buffer.ToArray();
    }

    public static JsonDocument Read(byte[] stored)
    {
        using var inflate = new DeflateStream(new MemoryStream(stored), CompressionMode.Decompress);
        return JsonDocument.Parse(inflate, Deep);
    }
}
