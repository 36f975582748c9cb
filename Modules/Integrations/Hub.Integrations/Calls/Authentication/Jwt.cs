using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using Hub.SharedKernel.Http;

namespace Hub.Integrations.Calls.Authentication;

/// <summary>JSON Web Tokens, RFC 7519: made with RS256, and looked at without believing them.</summary>
internal static class Jwt
{
    public static string Signed(RSA key, JsonObject claims, JsonObject? moreHeader = null)
    {
        var header = moreHeader ?? [];
        (header["alg"], header["typ"]) = ("RS256", "JWT");
        var content = $"{Encoded(header)}.{Encoded(claims)}";
        var signature = key.SignData(System.Text.Encoding.ASCII.GetBytes(content), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        return $"{content}.{Base64Url.EncodeToString(signature)}";
    }

    /// <returns>The claim <c>exp</c> of a text that is a JWT; null for any other.</returns>
    public static DateTimeOffset? ExpiryOf(string token)
    {
        if (token.Split('.') is not [_, var claims, _])
            return null;
        try
        {
            return Times.FromSeconds(JsonPaths.Read(JsonElement.Parse(Base64Url.DecodeFromChars(claims)), "$.exp"));
        }
        catch (Exception e) when (e is FormatException or JsonException)
        {
            return null;
        }
    }

    private static string Encoded(JsonObject part) => Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(part, HubJson.Options));
}
