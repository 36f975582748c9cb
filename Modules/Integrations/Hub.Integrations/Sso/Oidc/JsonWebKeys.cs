using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json;

namespace Hub.Integrations.Sso.Oidc;

/// <summary>A provider's public signing keys (RFC 7517). Those of other kinds, uses and strengths are left out.</summary>
internal sealed class JsonWebKeys
{
    private const int MostKeys = 100;
    private const int LeastRsaBits = 2048;
    private readonly IReadOnlyList<JsonElement> keys;

    private JsonWebKeys(IReadOnlyList<JsonElement> keys) => this.keys = keys;

    public int Count => keys.Count;

    /// <exception cref="SsoRefusal">It is no key set.</exception>
    public static JsonWebKeys Read(JsonElement document) =>
        document.TryGetProperty("keys", out var list) && list.ValueKind is JsonValueKind.Array
            ? new JsonWebKeys([.. list.EnumerateArray().Where(IsForSignatures).Take(MostKeys)])
            : throw new SsoRefusal(SsoProblem.Unavailable, "What the provider gives as its signing keys is no key set.", Health.FailureReason.ProviderError);

    public bool MayKnow(string? keyId) => keyId is null || keys.Any(key => key.TextOf("kid") == keyId);

    /// <summary>Whether one of the keys that the id names (all, without an id) made the signature.</summary>
    public bool Verify(JwsAlgorithm algorithm, string? keyId, byte[] data, byte[] signature) => keys
        .Where(key => keyId is null || key.TextOf("kid") == keyId)
        .Where(key => key.TextOf("kty") == algorithm.KeyType && (key.TextOf("alg") ?? algorithm.Name) == algorithm.Name)
        .Any(key => Verify(algorithm, key, data, signature));

    private static bool Verify(JwsAlgorithm algorithm, JsonElement key, byte[] data, byte[] signature)
    {
        try
        {
            if (algorithm.Padding is { } padding)
            {
                using var rsa = RSA.Create(new RSAParameters { Modulus = Bytes(key, "n"), Exponent = Bytes(key, "e") });
                return rsa.KeySize >= LeastRsaBits && rsa.VerifyData(data, signature, algorithm.Hash, padding);
            }

            if (key.TextOf("crv") != "P-256")
                return false;
            using var curve = ECDsa.Create(new ECParameters
            {
                Curve = ECCurve.NamedCurves.nistP256, Q = new ECPoint { X = Bytes(key, "x"), Y = Bytes(key, "y") },
            });
            return curve.VerifyData(data, signature, algorithm.Hash, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
        }
        catch (Exception broken) when (broken is CryptographicException or FormatException)
        {
            return false;
        }
    }

    private static bool IsForSignatures(JsonElement key) =>
        key.ValueKind is JsonValueKind.Object && (key.TextOf("use") ?? "sig") is "sig"
        && (!key.TryGetProperty("key_ops", out var uses) || (uses.ValueKind is JsonValueKind.Array && uses.EnumerateArray().Any(IsVerify)));

    private static bool IsVerify(JsonElement use) => use.ValueKind is JsonValueKind.String && use.ValueEquals("verify");

    private static byte[] Bytes(JsonElement key, string member) => Base64Url.DecodeFromChars(key.TextOf(member));
}
