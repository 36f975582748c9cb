using System.Security.Cryptography;
using System.Text.Json;

namespace Hub.SharedKernel.Hashing;

/// <summary>SHA-256 over <see cref="CanonicalJson"/>: two values that mean the same hash the same, whatever order or spelling the provider chose today.</summary>
public static class ContentHash
{
    /// <param name="value">Any value.</param>
    /// <param name="volatileMembers">Names of members that mean nothing for this type of record, wherever they stand.</param>
    public static byte[] Of(JsonElement value, IReadOnlySet<string>? volatileMembers = null) =>
        SHA256.HashData(CanonicalJson.Bytes(value, volatileMembers).WrittenSpan);
}
