using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Hub.Integrations.Calls;
using Hub.Integrations.Integrations;

namespace Hub.Integrations.ConnectionTests.Declared;

/// <summary>
/// Signs a test message as the type's own deliveries are verified: by the first of its verifications that applies and has its secret. A public key verifies and
/// cannot sign.
/// </summary>
internal static class DeclaredSignature
{
    public static void Add(CallDraft draft, EffectiveConfiguration subject, CallContext context, DateTimeOffset now)
    {
        if (subject.Schema.Webhook is not { ValueKind: JsonValueKind.Object } webhook || !webhook.TryGetProperty("verifications", out var list))
            return;
        foreach (var verification in list.Deserialize<SignatureDescription[]>(DocumentJson.Options) ?? [])
            if (verification.Kind is not "ed25519" && context.Values.Holds(verification.When) && verification.SecretField is { } field && subject.Secret(field) is { } secret)
            {
                Sign(draft, verification, secret, context.Values, now);
                return;
            }
    }

    private static void Sign(CallDraft draft, SignatureDescription how, string secret, TemplateValues values, DateTimeOffset now)
    {
        switch (how.Kind)
        {
            case "plain":
                draft.Headers[Text(how.Header)] = Text(how.Prefix) + secret;
                break;
            case "bearer":
                draft.Headers["Authorization"] = $"Bearer {secret}";
                break;
            case "basic":
                var pair = how.Username is { } user ? $"{Text(user)}:{secret}" : secret;
                draft.Headers["Authorization"] = $"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes(pair))}";
                break;
            case "hmac":
                Hmac();
                break;
        }

        void Hmac()
        {
            var (id, timestamp) = ($"msg_{Guid.CreateVersion7(now):N}", Timestamp(how.TimestampFormat, now));
            var content = Template.Render(how.Content ?? "{body}", (placeholder, _) => placeholder switch
            {
                "id" => id,
                "timestamp" => timestamp,
                "method" => draft.Method.Method,
                "url" => draft.Url.AbsoluteUri,
                _ => Encoding.UTF8.GetString(draft.Body ?? []),
            }).Text;
            if (how.IdHeader is { } idHeader)
                draft.Headers[Text(idHeader)] = id;
            if (how.TimestampHeader is { } timeHeader)
                draft.Headers[Text(timeHeader)] = how.TimestampPrefix + timestamp;
            var bytes = Encoding.UTF8.GetBytes(content);
            var algorithm = how.Algorithm switch { "sha512" => HashAlgorithmName.SHA512, "sha1" => HashAlgorithmName.SHA1, _ => HashAlgorithmName.SHA256 };
            var mac = CryptographicOperations.HmacData(algorithm, Key(how, secret), bytes);
            var before = how.TimestampHeader is { } shared && shared == how.Header ? $"{draft.Headers[Text(shared)]}{how.ListSeparator}" : "";
            draft.Headers[Text(how.Header)] = before + Text(how.Prefix) + (Text(how.Encoding) is "base64" ? Convert.ToBase64String(mac) : Convert.ToHexStringLower(mac));
        }

        string Text(string? template) => template is null ? "" : values.Plain(template).Text;
    }

    private static byte[] Key(SignatureDescription how, string secret)
    {
        var text = how.SecretPrefix is { } prefix && secret.StartsWith(prefix, StringComparison.Ordinal) ? secret[prefix.Length..] : secret;
        var bytes = new byte[text.Length];
        return how.SecretEncoding is "base64" && Convert.TryFromBase64String(text, bytes, out var length) ? bytes[..length] : Encoding.UTF8.GetBytes(text);
    }

    private static string Timestamp(string? format, DateTimeOffset now) => format switch
    {
        "ms" => now.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture),
        "iso" => now.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
        _ => now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture),
    };

    private sealed record SignatureDescription
    {
        public required string Kind { get; init; }
        public When? When { get; init; }
        public string? Header { get; init; }
        public string? SecretField { get; init; }
        public string? Username { get; init; }
        public string? Content { get; init; }
        public string? Prefix { get; init; }
        public string? Encoding { get; init; }
        public string? Algorithm { get; init; }
        public string? SecretEncoding { get; init; }
        public string? SecretPrefix { get; init; }
        public string? IdHeader { get; init; }
        public string? ListSeparator { get; init; }
        public string? TimestampHeader { get; init; }
        public string? TimestampPrefix { get; init; }
        public string? TimestampFormat { get; init; }
    }
}
