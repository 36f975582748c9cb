using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;

namespace Hub.SharedKernel.Secrets;

/// <summary>
/// Encrypts secrets with ASP.NET Core Data Protection, bound to where they belong: a ciphertext moved to another owner or field does not decrypt.
/// </summary>
public sealed class SecretProtector(IDataProtectionProvider provider)
{
    /// <param name="owner">The kind and id of the row, such as <c>integration:12</c>.</param>
    /// <param name="field">The field's name.</param>
    /// <param name="secret">The plain text.</param>
    /// <returns>Text safe to store.</returns>
    public string Protect(string owner, string field, string secret) => For(owner, field).Protect(secret);

    /// <returns>The plain text, or null when the stored text was made for another place, with lost keys, or was damaged.</returns>
    public string? TryUnprotect(string owner, string field, string stored)
    {
        try
        {
            return For(owner, field).Unprotect(stored);
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    private IDataProtector For(string owner, string field) => provider.CreateProtector("Hub.Secrets.v1", owner, field);
}
