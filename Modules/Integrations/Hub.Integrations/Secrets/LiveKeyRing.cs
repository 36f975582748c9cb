using System.Collections.Concurrent;
using System.Security.Cryptography;
using Hub.SharedKernel.Data;
using Microsoft.AspNetCore.DataProtection.AuthenticatedEncryption;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.DataProtection.KeyManagement.Internal;

namespace Hub.Integrations.Secrets;

/// <summary>
/// The keys as they stand in the database. Data Protection's own ring may know a key of another replica only hours later; this one looks again whenever
/// it meets a key it does not know, and is told when one is made. The newest key seals; keys do not expire, a rotation replaces them.
/// </summary>
internal sealed class LiveKeyRing : IKeyRingProvider, IDisposable
{
    public const string Channel = "integrations_key_ring";
    private const int MostUnknown = 1000;
    private static readonly TimeSpan KeyLife = TimeSpan.FromDays(36_500);
    private readonly IKeyManager keys;
    private readonly IDisposable subscription;
    private readonly Lock gate = new();
    private readonly ConcurrentDictionary<Guid, byte> unknown = new();
    // Kept over reloads: a replica goes on with the keys it opened while the ring is wrapped with another master key.
    private readonly ConcurrentDictionary<Guid, IAuthenticatedEncryptor> opened = new();
    private volatile Ring? ring;
    private int changes;

    public LiveKeyRing(IKeyManager keys, DbSignals signals)
    {
        this.keys = keys;
        subscription = signals.Subscribe(Channel, Forget);
    }

    /// <summary>The key that seals now.</summary>
    public Guid Current => Known().DefaultKeyId;

    public IKeyRing GetCurrentKeyRing() => Known();

    /// <summary>The next use reads the database again.</summary>
    public void Forget()
    {
        Interlocked.Increment(ref changes);
        unknown.Clear();
        ring = null;
    }

    /// <summary>Makes a key that seals from now on.</summary>
    public Guid Make()
    {
        // Data Protection reads the system's clock, whatever clock the rest of the hub is given.
        var now = TimeProvider.System.GetUtcNow();
        var newest = keys.GetAllKeys().Select(key => key.ActivationDate).DefaultIfEmpty(now).Max();
        var from = newest < now ? now : newest.AddSeconds(1);
        var made = keys.CreateNewKey(from, from + KeyLife).KeyId;
        Forget();
        return made;
    }

    public void Dispose() => subscription.Dispose();

    private Ring Known() => ring ?? Load(evenIfKnown: false);

    private Ring Load(bool evenIfKnown)
    {
        lock (gate)
        {
            if (!evenIfKnown && ring is { } known)
                return known;
            var before = Volatile.Read(ref changes);
            var usable = keys.GetAllKeys().Where(key => !key.IsRevoked && Opens(key)).OrderBy(key => key.ActivationDate).ThenBy(key => key.KeyId);
            var loaded = new Ring(this, [.. usable]);
            if (Volatile.Read(ref changes) == before)
                ring = loaded;
            return loaded;
        }
    }

    private bool Opens(IKey key)
    {
        try
        {
            return opened.ContainsKey(key.KeyId) || (key.CreateEncryptor() is { } encryptor && opened.TryAdd(key.KeyId, encryptor));
        }
        catch (CryptographicException)
        {
            return false;
        }
    }

    // A ciphertext exists only after its key was stored. So one look is enough, until something tells of a change.
    private IAuthenticatedEncryptor? LookAgain(Guid keyId)
    {
        if (unknown.ContainsKey(keyId))
            return null;
        if (Load(evenIfKnown: true).Find(keyId) is { } found)
            return found;
        if (unknown.Count >= MostUnknown)
            unknown.Clear();
        unknown.TryAdd(keyId, 0);
        return null;
    }

    private sealed class Ring(LiveKeyRing owner, IReadOnlyList<IKey> keys) : IKeyRing
    {
        private readonly HashSet<Guid> ids = [.. keys.Select(key => key.KeyId)];

        public Guid DefaultKeyId => keys.Count > 0
            ? keys[^1].KeyId
            : throw new CryptographicException("The key ring holds no key that the master key opens.");

        public IAuthenticatedEncryptor DefaultAuthenticatedEncryptor => Find(DefaultKeyId)!;

        public IAuthenticatedEncryptor? Find(Guid keyId) => ids.Contains(keyId) ? owner.opened[keyId] : null;

        public IAuthenticatedEncryptor? GetAuthenticatedEncryptorByKeyId(Guid keyId, out bool isRevoked)
        {
            isRevoked = false;
            return Find(keyId) ?? owner.LookAgain(keyId);
        }
    }
}
