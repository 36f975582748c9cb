using System.Runtime.InteropServices;
using System.Text.Json;
using Hub.SharedKernel.Data;

namespace Hub.Sync.Tickets;

/// <summary>
/// A provider's record as it is kept: deflated bytes, not jsonb. Nothing asks into it, PostgreSQL need not parse it, and any character may be in it.
/// </summary>
internal static class RawRecord
{
    // As deep as what is taken from providers: a document in a description easily goes beyond the default.
    private static readonly JsonDocumentOptions Deep = new() { MaxDepth = 512 };

    /// <param name="record">Undefined where there is none: what was imported came without.</param>
    public static byte[] Write(JsonElement record) =>
        record.ValueKind is JsonValueKind.Undefined ? [] : Deflated.Of(JsonMarshal.GetRawUtf8Value(record));

    /// <returns>Null where there is none.</returns>
    public static JsonDocument? Read(byte[] stored) => stored.Length == 0 ? null : JsonDocument.Parse(Deflated.Inflate(stored), Deep);
}
