using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Hub.SharedKernel.Access;
using Hub.SharedKernel.Hashing;
using Hub.SharedKernel.Http;

namespace Hub.Sync.Tickets;

/// <summary>Which request a creation comes from, so that its repetition is known.</summary>
/// <param name="Caller">Who asks.</param>
/// <param name="Key">Names caller and <c>Idempotency-Key</c>; null without one.</param>
/// <param name="Hash">Names what was asked.</param>
internal sealed record RequestOrigin(Caller Caller, byte[]? Key, byte[] Hash)
{
    public static RequestOrigin Of(Caller caller, string idempotencyKey, object body) => new(
        caller,
        idempotencyKey.Length == 0 ? null : SHA256.HashData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{caller.OwnerId}\n{idempotencyKey}"))),
        ContentHash.Of(JsonSerializer.SerializeToElement(body, body.GetType(), HubJson.Options)));
}
