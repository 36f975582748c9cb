using System.Security.Cryptography;
using System.Text;
using System.Xml.Linq;
using Microsoft.AspNetCore.DataProtection.XmlEncryption;
using Microsoft.Extensions.DependencyInjection;

namespace Hub.Integrations.Secrets;

/// <summary>Wraps the secret part of a key of the ring with the master key.</summary>
internal sealed class KeyWrapper(MasterKey master) : IXmlEncryptor
{
    internal const string Element = "hubMasterKey";
    internal const string KeyIdAttribute = "kid";

    public EncryptedXmlInfo Encrypt(XElement plaintextElement)
    {
        var plain = Encoding.UTF8.GetBytes(plaintextElement.ToString(SaveOptions.DisableFormatting));
        var wrapped = new XElement(Element, new XAttribute(KeyIdAttribute, master.Id), Convert.ToBase64String(master.Seal(plain, Purpose(master.Id))));
        CryptographicOperations.ZeroMemory(plain);
        return new EncryptedXmlInfo(wrapped, typeof(KeyUnwrapper));
    }

    internal static string Purpose(string keyId) => $"hub.key-ring.v1:{keyId}";
}

/// <summary>The way back. Data Protection makes it by name from what is stored, hence the public constructor.</summary>
internal sealed class KeyUnwrapper(IServiceProvider services) : IXmlDecryptor
{
    public XElement Decrypt(XElement encryptedElement) =>
        Open(encryptedElement, services.GetRequiredService<MasterKey>())
        ?? throw new CryptographicException("A key of the ring is wrapped with another master key.");

    /// <returns>Null when it was wrapped with another master key or is damaged.</returns>
    public static XElement? Open(XElement wrapped, MasterKey master)
    {
        try
        {
            var keyId = (string?)wrapped.Attribute(KeyWrapper.KeyIdAttribute) ?? "";
            return XElement.Parse(Encoding.UTF8.GetString(master.Open(Convert.FromBase64String(wrapped.Value), KeyWrapper.Purpose(keyId))));
        }
        catch (Exception fault) when (fault is CryptographicException or FormatException)
        {
            return null;
        }
    }
}
