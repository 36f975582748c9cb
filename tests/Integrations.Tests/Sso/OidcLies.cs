using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using NUnit.Framework;

namespace Hub.Integrations.Tests.Sso;

/// <summary>id_tokens that must not be believed.</summary>
internal static class OidcLies
{
    private static readonly DateTimeOffset Now = TimeProvider.System.GetUtcNow();

    /// <summary>What is wrong, how, and what the administrator reads.</summary>
    public static IEnumerable<TestCaseData> All()
    {
        static TestCaseData Claim(string name, string noted, Action<JsonObject> lie) =>
            new TestCaseData((Func<HostileProvider, string, string>)((provider, nonce) =>
            {
                var claims = provider.Claims(nonce, Now);
                lie(claims);
                return provider.Sign(provider.Header(), claims);
            }), noted).SetArgDisplayNames(name);

        static TestCaseData Token(string name, string noted, Func<HostileProvider, string, string> make) =>
            new TestCaseData(make, noted).SetArgDisplayNames(name);

        static JsonObject Header(string algorithm, string kid = "key-1") => new() { ["alg"] = algorithm, ["kid"] = kid };

        yield return Claim("wrong issuer", "another issuer", claims => claims["iss"] = "https://other.example");
        yield return Claim("issuer with a slash", "another issuer", claims => claims["iss"] = claims["iss"]!.GetValue<string>() + "/");
        yield return Claim("no issuer", "another issuer", claims => claims.Remove("iss"));
        yield return Claim("wrong audience", "for another application", claims => claims["aud"] = "other");
        yield return Claim("no audience", "for another application", claims => claims.Remove("aud"));
        yield return Claim("two audiences without a party", "issued to another application", claims => claims["aud"] = new JsonArray("hub", "other"));
        yield return Claim("another party", "issued to another application", claims => claims["azp"] = "other");
        yield return Claim("wrong nonce", "nonce is not ours", claims => claims["nonce"] = "other");
        yield return Claim("no nonce", "nonce is not ours", claims => claims.Remove("nonce"));
        yield return Claim("expired", "has expired", claims => claims["exp"] = Now.AddMinutes(-3).ToUnixTimeSeconds());
        yield return Claim("never expires", "has expired", claims => claims.Remove("exp"));
        yield return Claim("expiry as text", "has expired", claims => claims["exp"] = "9999999999");
        yield return Claim("expiry beyond all time", "has expired", claims => claims["exp"] = 1e300);
        yield return Claim("issued in the future", "from the future", claims => claims["iat"] = Now.AddMinutes(10).ToUnixTimeSeconds());
        yield return Claim("not valid yet", "not valid yet", claims => claims["nbf"] = Now.AddMinutes(10).ToUnixTimeSeconds());
        yield return Claim("no subject", "no subject", claims => claims.Remove("sub"));
        yield return Claim("of another access token", "another access token", claims => claims["at_hash"] = "AAAAAAAAAAAAAAAAAAAAAA");
        yield return Claim("subject that is no text", "no subject", claims => claims["sub"] = 7);
        yield return Claim("audience that is no text", "for another application", claims => claims["aud"] = new JsonArray(1, null));
        yield return Claim("e-mail that is none", "e-mail address is none", claims => claims["email"] = "a@b.example@evil.example");
        yield return Token("alg none", "not one that counts", (provider, nonce) =>
            $"{HostileProvider.Encode(Header("none").ToJsonString())}.{HostileProvider.Encode(provider.Claims(nonce, Now).ToJsonString())}.");
        yield return Token("alg None", "not one that counts", (provider, nonce) => provider.Sign(Header("None"), provider.Claims(nonce, Now)));
        yield return Token("HS256 by the public key", "not one that counts", (provider, nonce) => provider.Sign(Header("HS256"), provider.Claims(nonce, Now)));
        yield return Token("unknown kid", "not by one of the provider's keys", (provider, nonce) =>
            provider.Sign(Header("RS256", "key-2"), provider.Claims(nonce, Now)));
        yield return Token("other key of the same kid", "not by one of the provider's keys", (provider, nonce) =>
        {
            using var forger = RSA.Create(2048);
            var signed = provider.Sign(provider.Header(), provider.Claims(nonce, Now));
            var data = signed[..signed.LastIndexOf('.')];
            return $"{data}.{Base64Url.EncodeToString(forger.SignData(Encoding.ASCII.GetBytes(data), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1))}";
        });
        yield return Token("RS256 signature called PS256", "not by one of the provider's keys", (provider, nonce) =>
        {
            var claims = provider.Claims(nonce, Now).ToJsonString();
            var signed = provider.Sign(Header("RS256"), JsonNode.Parse(claims)!.AsObject());
            return $"{HostileProvider.Encode(Header("PS256").ToJsonString())}.{HostileProvider.Encode(claims)}.{signed.Split('.')[2]}";
        });
        yield return Token("RSA signature called ES256", "not by one of the provider's keys", (provider, nonce) =>
            $"{HostileProvider.Encode(Header("ES256").ToJsonString())}." + provider.Sign(provider.Header(), provider.Claims(nonce, Now)).Split('.', 2)[1]);
        yield return Token("tampered claims", "not by one of the provider's keys", (provider, nonce) =>
        {
            var parts = provider.Sign(provider.Header(), provider.Claims(nonce, Now)).Split('.');
            var claims = provider.Claims(nonce, Now);
            claims["sub"] = "the-ceo";
            return $"{parts[0]}.{HostileProvider.Encode(claims.ToJsonString())}.{parts[2]}";
        });
        yield return Token("claims twice", "malformed", (provider, nonce) =>
        {
            var parts = provider.Sign(provider.Header(), provider.Claims(nonce, Now)).Split('.');
            return $"{parts[0]}.{HostileProvider.Encode("""{"sub":"a","sub":"b"}""")}.{parts[2]}";
        });
        yield return Token("critical extension", "demands extensions", (provider, nonce) =>
            provider.Sign(new JsonObject { ["alg"] = "RS256", ["kid"] = "key-1", ["crit"] = new JsonArray("exp") }, provider.Claims(nonce, Now)));
        yield return Token("no token", "not a signed token", (_, _) => "x");
        yield return Token("array for claims", "malformed", (provider, _) =>
            $"{HostileProvider.Encode(provider.Header().ToJsonString())}.{HostileProvider.Encode("[]")}.AAAA");
        yield return Token("huge token", "not a signed token", (_, _) => new string('x', 100_000) + ".y.z");
    }
}
