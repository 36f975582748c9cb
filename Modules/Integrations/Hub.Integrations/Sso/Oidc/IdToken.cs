using System.Buffers.Text;
using System.Text;
using System.Text.Json;

namespace Hub.Integrations.Sso.Oidc;

/// <summary>An id_token as it came (RFC 7515, compact form): read, not yet believed.</summary>
internal sealed class IdToken
{
    private const int Longest = 64 * 1024;
    private readonly byte[] signed;
    private readonly byte[] signature;

    private IdToken(JwsAlgorithm algorithm, string? keyId, JsonElement claims, byte[] signed, byte[] signature) =>
        (Algorithm, KeyId, Claims, this.signed, this.signature) = (algorithm, keyId, claims, signed, signature);

    public JwsAlgorithm Algorithm { get; }

    public string? KeyId { get; }

    public JsonElement Claims { get; }

    /// <exception cref="SsoRefusal">It is no signed token, or signed in a way that does not count.</exception>
    public static IdToken Read(string text)
    {
        if (text.Length > Longest || text.Split('.') is not { Length: 3 } parts)
            throw SsoRefusal.Invalid("The id_token is not a signed token.");
        try
        {
            var header = Part(parts[0]);
            if (header.TryGetProperty("crit", out _))
                throw SsoRefusal.Invalid("The id_token's header demands extensions that this hub does not know.");
            var algorithm = JwsAlgorithm.Named(header.TextOf("alg"))
                ?? throw SsoRefusal.Invalid($"The id_token's algorithm is not one that counts: {header.TextOf("alg") ?? "(none)"}.");
            return new IdToken(
                algorithm, header.TextOf("kid"), Part(parts[1]), Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}"), Base64Url.DecodeFromChars(parts[2]));
        }
        catch (Exception malformed) when (malformed is FormatException or JsonException or InvalidOperationException)
        {
            throw SsoRefusal.Invalid("The id_token is malformed.");
        }
    }

    public bool IsSignedBy(JsonWebKeys keys) => keys.Verify(Algorithm, KeyId, signed, signature);

    private static JsonElement Part(string encoded)
    {
        using var document = JsonDocument.Parse(Base64Url.DecodeFromChars(encoded), new JsonDocumentOptions { AllowDuplicateProperties = false });
        return document.RootElement.ValueKind is JsonValueKind.Object ? document.RootElement.Clone() : throw new FormatException();
    }
}
