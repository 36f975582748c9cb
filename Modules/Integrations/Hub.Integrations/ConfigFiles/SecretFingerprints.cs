using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Hub.Integrations.Secrets;

namespace Hub.Integrations.ConfigFiles;

/// <summary>
/// Tells secrets apart without telling them: an HMAC under a key derived from the master key, bound to the type and field. Nobody can try values without
/// that key, and another hub makes another fingerprint.
/// </summary>
internal sealed class SecretFingerprints(Lazy<MasterKey> master)
{
    private const int Length = 12;

    public string Of(string type, string field, string secret)
    {
        var hash = HMACSHA256.HashData(master.Value.Derive("hub.fingerprint.v1"), Encoding.UTF8.GetBytes($"{type}\n{field}\n{secret}"));
        return string.Create(CultureInfo.InvariantCulture, $"hmac:{Convert.ToHexStringLower(hash.AsSpan(0, Length))}");
    }
}
