using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Hub.SharedKernel.Access;
using Microsoft.AspNetCore.Http;

namespace Hub.Integrations.Actions;

/// <summary>
/// The id of something done at a third party. A repetition with the same <c>Idempotency-Key</c> on the same day has the same id even if the hub was killed
/// in between: where a message arrives twice nevertheless, its receiver can tell.
/// </summary>
internal static class EffectId
{
    public static Guid Of(HttpContext http, Caller caller, string content, DateTimeOffset now)
    {
        var key = http.Request.Headers["Idempotency-Key"].ToString();
        if (key.Length == 0)
            return Guid.CreateVersion7(now);
        var text = string.Create(CultureInfo.InvariantCulture, $"{caller.KeyId}\n{key}\n{now.UtcDateTime:yyyy-MM-dd}\n{content}");
        return new Guid(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 16));
    }
}
