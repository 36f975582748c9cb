using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Hub.Integrations.Calls;

/// <summary>
/// Tokens in memory, by configuration and method: a changed credential never meets the token of the one before. Many callers at once ask the provider
/// once. A token is given up some time before it ends, and when somebody was refused with it.
/// </summary>
internal sealed class TokenCache(TimeProvider time)
{
    private const int Most = 10_000;

    // Nobody said how long: long enough to be of use, short enough to notice.
    private static readonly TimeSpan Unsaid = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan Longest = TimeSpan.FromHours(24);
    private static readonly TimeSpan Margin = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<Key, Entry> entries = new();

    /// <param name="method">What obtains it.</param>
    /// <param name="context">For whom. A fresh one asks the provider, once per occasion.</param>
    /// <param name="obtain">Asks the provider; a caller who gives up does not cancel it, because others may be waiting too.</param>
    /// <param name="ct">Stops waiting.</param>
    public async Task<AccessToken> Get(AuthMethod method, CallContext context, Func<CancellationToken, Task<AccessToken>> obtain, CancellationToken ct)
    {
        if (context.Tokens.GetValueOrDefault(method) is { } known)
            return known;
        if (context.Subject.IntegrationId is not { } integration)
            return await Asked(context, obtain, ct);
        var key = new Key(integration, Fingerprint(method, context));
        if (context.Fresh)
        {
            var token = await Asked(context, obtain, ct);
            entries[key] = new Entry(() => Task.FromResult(token), GoodUntil);
            return token;
        }

        if (entries.TryGetValue(key, out var old) && old.Until <= time.GetUtcNow())
            entries.TryRemove(KeyValuePair.Create(key, old));
        MakeRoom();
        var entry = entries.GetOrAdd(key, _ => new Entry(() => Asked(context, obtain, CancellationToken.None), GoodUntil));
        try
        {
            return await entry.Token.WaitAsync(ct);
        }
        catch when (entry.Token is { IsFaulted: true } or { IsCanceled: true })
        {
            entries.TryRemove(KeyValuePair.Create(key, entry));
            throw;
        }
    }

    /// <summary>Gives up all tokens of an integration.</summary>
    public void Forget(long integrationId)
    {
        foreach (var key in entries.Keys)
            if (key.Integration == integrationId)
                entries.TryRemove(key, out _);
    }

    // Others may see the failure who do not know what must not be shown of it.
    private static async Task<AccessToken> Asked(CallContext context, Func<CancellationToken, Task<AccessToken>> obtain, CancellationToken ct)
    {
        try
        {
            return await obtain(ct);
        }
        catch (CallFailed failure)
        {
            throw context.Cleaned(failure);
        }
    }

    private DateTimeOffset GoodUntil(AccessToken token)
    {
        var now = time.GetUtcNow();
        var ends = token.ExpiresAt is { } said ? said < now + Longest ? said : now + Longest : now + Unsaid;
        var reserve = (ends - now) / 10;
        return ends - (reserve < Margin ? reserve : Margin);
    }

    private void MakeRoom()
    {
        if (entries.Count < Most)
            return;
        var now = time.GetUtcNow();
        foreach (var pair in entries)
            if (pair.Value.Until <= now || entries.Count >= Most)
                entries.TryRemove(pair);
    }

    private static string Fingerprint(AuthMethod method, CallContext context)
    {
        var subject = context.Subject;
        var text = new StringBuilder($"{subject.Type}\n{subject.Schema.Auth.GetRawText()}\n{IndexOf(method, context.Auth.Methods)}\n");
        foreach (var (field, value) in subject.Settings.OrderBy(pair => pair.Key, StringComparer.Ordinal))
            text.Append(JsonSerializer.Serialize(field)).Append(value.GetRawText()).Append('\n');
        foreach (var (field, value) in subject.Secrets.Values.OrderBy(pair => pair.Key, StringComparer.Ordinal))
            text.Append(JsonSerializer.Serialize(field)).Append(JsonSerializer.Serialize(value)).Append('\n');
        return Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
    }

    private static int IndexOf(AuthMethod method, IReadOnlyList<AuthMethod> methods)
    {
        for (var at = 0; at < methods.Count; at++)
            if (ReferenceEquals(methods[at], method))
                return at;
        return -1;
    }

    private readonly record struct Key(long Integration, string Configuration);

    private sealed class Entry
    {
        private readonly Lazy<Task<AccessToken>> token;
        private long until = DateTimeOffset.MaxValue.UtcTicks;

        public Entry(Func<Task<AccessToken>> obtain, Func<AccessToken, DateTimeOffset> goodUntil) => token = new(async () =>
        {
            var obtained = await obtain();
            Interlocked.Exchange(ref until, goodUntil(obtained).UtcTicks);
            return obtained;
        });

        public Task<AccessToken> Token => token.Value;

        public DateTimeOffset Until => new(Interlocked.Read(ref until), TimeSpan.Zero);
    }
}
