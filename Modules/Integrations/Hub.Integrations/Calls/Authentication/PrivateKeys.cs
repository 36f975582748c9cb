using System.Security.Cryptography;
using Hub.Integrations.Health;

namespace Hub.Integrations.Calls.Authentication;

/// <summary>Reads RSA private keys as people paste them: PKCS#1 and PKCS#8, encrypted or not, line breaks real or written as <c>\n</c>.</summary>
internal static class PrivateKeys
{
    /// <exception cref="CallFailed">It is none, or the passphrase is missing or wrong; nothing of it is quoted.</exception>
    public static RSA Read(string pem, string? passphrase = null)
    {
        var text = pem.Replace("\\r", "", StringComparison.Ordinal).Replace("\\n", "\n", StringComparison.Ordinal).Trim().Trim('"');
        var encrypted = text.Contains("ENCRYPTED", StringComparison.Ordinal);
        if (encrypted && passphrase is null)
            throw new CallFailed(FailureReason.Config, "The private key is encrypted: its passphrase is needed too.");
        var key = RSA.Create();
        try
        {
            if (encrypted)
                key.ImportFromEncryptedPem(text, passphrase);
            else
                key.ImportFromPem(text);
            return key;
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            key.Dispose();
            throw new CallFailed(FailureReason.Config, encrypted
                ? "The private key cannot be decrypted: the passphrase is wrong, or the key is damaged."
                : "The private key cannot be read: it must be an RSA key in PEM form, complete from -----BEGIN to -----END.");
        }
    }
}
