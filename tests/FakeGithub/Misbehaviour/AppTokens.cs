using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Hub.FakeGithub;

/// <summary>Checks the App's JSON web tokens as GitHub does: RS256, issuer, at most ten minutes, not expired, not from the future.</summary>
sealed class AppTokens(FakeGithubServer github)
{
    public static GithubProblem Undecodable() => new(401, "A JSON web token could not be decoded");

    public void Check(string token)
    {
        var parts = token.Split('.');
        if (parts.Length != 3 || Read(parts[0]) is not { } header || Read(parts[1]) is not { } claims || Text(header, "alg") != "RS256") throw Undecodable();
        using var key = RSA.Create();
        key.ImportFromPem(github.AppPublicKey);
        if (!Base64Url.IsValid(parts[2])
            || !key.VerifyData(Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}"), Base64Url.DecodeFromChars(parts[2]),
                HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1))
            throw Undecodable();

        var now = github.Clock.GetUtcNow().ToUnixTimeSeconds();
        if (Text(claims, "iss") is not { } issuer || (issuer != github.Options.ClientId && issuer != $"{github.Options.AppId}"))
            throw new GithubProblem(401, "'Issuer' claim ('iss') must be an Integer or the client ID of the App");
        if (Number(claims, "exp") is not { } expires) throw new GithubProblem(401, "Missing 'expiration time' claim ('exp') in assertion");
        if (expires <= now)
            throw new GithubProblem(401, "'Expiration time' claim ('exp') must be a numeric value representing the future time at which the assertion expires");
        if (expires > now + 600) throw new GithubProblem(401, "'Expiration time' claim ('exp') is too far in the future");
        if (Number(claims, "iat") is { } issued && issued > now)
            throw new GithubProblem(401, "'Issued at' claim ('iat') must be an Integer representing the time that the assertion was issued");
    }

    static JsonElement? Read(string part)
    {
        if (!Base64Url.IsValid(part)) return null;
        try
        {
            var read = JsonSerializer.Deserialize<JsonElement>(Base64Url.DecodeFromChars(part));
            return read.ValueKind == JsonValueKind.Object ? read : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    static string? Text(JsonElement part, string name) => part.TryGetProperty(name, out var value) ? value.ToString() : null;

    static long? Number(JsonElement part, string name) =>
        part.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var number) ? (long)number : null;
}
