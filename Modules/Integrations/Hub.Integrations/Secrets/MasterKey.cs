using System.Security.Cryptography;
using System.Text;
using Hub.SharedKernel.Secrets;
using Microsoft.Extensions.Configuration;

namespace Hub.Integrations.Secrets;

/// <summary>The 32 bytes that wrap the key ring. With them and the database every stored secret can be read; without them none.</summary>
internal sealed class MasterKey
{
    public const string Setting = "HUB_MASTER_KEY";
    private const int Length = 32;
    private const int NonceLength = 12;
    private const int TagLength = 16;
    private readonly byte[] key;

    internal MasterKey(byte[] key)
    {
        this.key = key;
        Id = Convert.ToHexStringLower(SHA256.HashData([.. "hub.master-key.id"u8, .. key]).AsSpan(0, 8));
    }

    /// <summary>Names the key without telling it: 16 hexadecimal digits.</summary>
    public string Id { get; }

    /// <summary>From <c>HUB_MASTER_KEY</c>, else from the data directory.</summary>
    /// <exception cref="MasterKeyException">The setting has the wrong form, or there is no key. The message tells the way out.</exception>
    public static MasterKey Read(IConfiguration configuration)
    {
        if (configuration[Setting] is { Length: > 0 } text)
            return Parse(text, Setting);
        var file = FileOf(configuration);
        if (File.Exists(file))
            return Parse(File.ReadAllText(file), file);
        throw new MasterKeyException(IsEmbedded(configuration)
            ? $"{Setting} is not set and {file} is not there. Put the key back that wraps this hub's secrets, from your backup."
            : $"{Setting} is not set. A hub with a database of its own outside must be given the key that wraps its secrets: 32 random bytes in base64, "
                + "for example from: openssl rand -base64 32. Keep it as safe as the database's backup: without it no stored credential can be read.");
    }

    /// <summary>Makes <c>master.key</c> in the data directory of an embedded database, unless there is a key already.</summary>
    /// <returns>Whether a key was made.</returns>
    public static bool MakeIfNone(IConfiguration configuration)
    {
        if (!IsEmbedded(configuration) || configuration[Setting] is { Length: > 0 } || File.Exists(FileOf(configuration)))
            return false;
        Write(FileOf(configuration), Convert.ToBase64String(RandomNumberGenerator.GetBytes(Length)));
        return true;
    }

    /// <summary>Whether there is a key to read.</summary>
    public static bool Exists(IConfiguration configuration) => configuration[Setting] is { Length: > 0 } || File.Exists(FileOf(configuration));

    public static string FileOf(IConfiguration configuration) => Path.Combine(configuration["Hub:DataDirectory"] ?? ".hub", "master.key");

    public static bool IsEmbedded(IConfiguration configuration) => configuration["Hub:EmbeddedDatabase"] is "true" or "True";

    /// <param name="text">Base64 of 32 bytes.</param>
    /// <param name="from">What to call its place when it is wrong.</param>
    public static MasterKey Parse(string text, string from)
    {
        var bytes = new byte[Length + 1];
        return Convert.TryFromBase64String(text.Trim(), bytes, out var read) && read == Length
            ? new MasterKey(bytes[..Length])
            : throw new MasterKeyException($"{from} must hold 32 bytes in base64 (44 characters), for example from: openssl rand -base64 32.");
    }

    /// <summary>Writes a new file that only its owner can read, down to the disk.</summary>
    public static void Write(string file, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(file))!);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using var stream = new FileStream(file, options);
        stream.Write(Encoding.ASCII.GetBytes(text + "\n"));
        stream.Flush(flushToDisk: true);
    }

    /// <returns>Nonce, tag and ciphertext; readable only together with the same <paramref name="associated"/> text.</returns>
    public byte[] Seal(byte[] plain, string associated)
    {
        var sealedBytes = new byte[NonceLength + TagLength + plain.Length];
        var nonce = sealedBytes.AsSpan(0, NonceLength);
        RandomNumberGenerator.Fill(nonce);
        using var cipher = new AesGcm(key, TagLength);
        cipher.Encrypt(nonce, plain, sealedBytes.AsSpan(NonceLength + TagLength), sealedBytes.AsSpan(NonceLength, TagLength), Encoding.UTF8.GetBytes(associated));
        return sealedBytes;
    }

    /// <exception cref="CryptographicException">Sealed with another key or for another purpose, or damaged.</exception>
    public byte[] Open(byte[] sealedBytes, string associated)
    {
        if (sealedBytes.Length < NonceLength + TagLength)
            throw new CryptographicException("Too short to be a sealed text.");
        var plain = new byte[sealedBytes.Length - NonceLength - TagLength];
        using var cipher = new AesGcm(key, TagLength);
        cipher.Decrypt(
            sealedBytes.AsSpan(0, NonceLength), sealedBytes.AsSpan(NonceLength + TagLength), sealedBytes.AsSpan(NonceLength, TagLength), plain,
            Encoding.UTF8.GetBytes(associated));
        return plain;
    }

    /// <returns>32 bytes for another purpose, from which the key itself cannot be told (RFC 5869).</returns>
    public byte[] Derive(string purpose) => HKDF.DeriveKey(HashAlgorithmName.SHA256, key, Length, info: Encoding.UTF8.GetBytes(purpose));
}
