using System.Collections.Concurrent;

namespace Hub.Integrations.Sso.Oidc;

/// <summary>
/// Discovery documents (kept an hour) and signing keys (kept a day) by issuer. A signature by an unknown key has the keys read again, at most every
/// five minutes: providers change keys, and nobody shall make this hub hammer them.
/// </summary>
internal sealed class OidcProviders(ProviderCall calls, TimeProvider time)
{
    private const int Most = 500;
    private static readonly TimeSpan DiscoveryLasts = TimeSpan.FromHours(1);
    private static readonly TimeSpan KeysLast = TimeSpan.FromHours(24);
    private static readonly TimeSpan Floor = TimeSpan.FromMinutes(5);
    private readonly ConcurrentDictionary<string, (OidcDiscovery Document, DateTimeOffset At)> documents = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<Uri, (JsonWebKeys Keys, DateTimeOffset At)> keysByAddress = new();

    public async Task<OidcDiscovery> Of(string issuer, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        if (documents.TryGetValue(issuer, out var known) && now - known.At < DiscoveryLasts)
            return known.Document;
        var document = OidcDiscovery.Read(await calls.Get(OidcDiscovery.AddressOf(issuer), "The discovery document", ct), issuer);
        Bound(documents);
        documents[issuer] = (document, now);
        return document;
    }

    /// <summary>Keys among which the one of this id is, if the provider has it.</summary>
    public async Task<JsonWebKeys> Keys(OidcDiscovery provider, string? keyId, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        if (keysByAddress.TryGetValue(provider.JwksUri, out var known)
            && (now - known.At < Floor || (now - known.At < KeysLast && known.Keys.MayKnow(keyId))))
            return known.Keys;
        var keys = JsonWebKeys.Read(await calls.Get(provider.JwksUri, "The provider's signing keys", ct));
        Bound(keysByAddress);
        keysByAddress[provider.JwksUri] = (keys, now);
        return keys;
    }

    private static void Bound<TKey, TValue>(ConcurrentDictionary<TKey, TValue> cache) where TKey : notnull
    {
        if (cache.Count >= Most)
            cache.Clear();
    }
}
