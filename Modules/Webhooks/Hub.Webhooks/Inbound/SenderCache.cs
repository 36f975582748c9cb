using System.Collections.Concurrent;
using System.Text.Json;
using Hub.Integrations.Contracts;
using Hub.Schemas.Contracts;
using Hub.SharedKernel.Data;
using Hub.Webhooks.Verification;
using MediatR;
using Microsoft.Extensions.DependencyInjection;

namespace Hub.Webhooks.Inbound;

/// <summary>
/// Who may send, kept for seconds so that a burst of deliveries does not ask and decrypt each time. A change of an integration empties it in every
/// process; an empty answer is never kept; and a refusal is only final after a fresh look, though whoever sends junk gets no more than one a second.
/// </summary>
internal sealed class SenderCache : IDisposable
{
    public const string Channel = "hub_webhook_senders";
    private const int MaxEntries = 1000;
    private static readonly TimeSpan KeptFor = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan FreshFor = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan CommitFollowsWithin = TimeSpan.FromSeconds(2);

    private readonly ConcurrentDictionary<AskWebhookSources, Entry> entries = new();
    private readonly ConcurrentDictionary<AskWebhookSources, Lazy<Task<IReadOnlyList<Sender>>>> looks = new();
    private readonly IServiceScopeFactory scopes;
    private readonly TimeProvider time;
    private readonly IDisposable subscription;
    private long bypassUntil;
    private int generation;

    public SenderCache(IServiceScopeFactory scopes, DbSignals signals, TimeProvider time)
    {
        (this.scopes, this.time) = (scopes, time);
        subscription = signals.Subscribe(Channel, Forget);
    }

    /// <param name="question">Whom to ask for.</param>
    /// <param name="fresh">Look again although the answer may be kept.</param>
    /// <param name="ct">Cancels the look.</param>
    /// <returns>The enabled integrations, and whether that is a kept answer.</returns>
    public async Task<(IReadOnlyList<Sender> Senders, bool Kept)> Find(AskWebhookSources question, bool fresh, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        if (entries.TryGetValue(question, out var kept) && now - kept.Loaded < (fresh ? FreshFor : KeptFor))
            return (kept.Senders, !fresh);
        // Who comes at the same moment makes do with what there is.
        if (kept is not null && fresh)
            entries.TryUpdate(question, kept with { Loaded = now }, kept);

        var seen = Volatile.Read(ref generation);
        var joined = false;
        var senders = await (fresh ? Load(question) : Look(question, out joined)).WaitAsync(ct);
        if (senders.Count == 0)
            entries.TryRemove(question, out _);
        else if (seen == Volatile.Read(ref generation) && now.UtcTicks >= Volatile.Read(ref bypassUntil))
        {
            if (entries.Count >= MaxEntries)
                entries.Clear();
            entries[question] = new Entry(senders, now);
        }

        return (senders, joined);
    }

    // Many come at once when a burst begins or an answer is too old: one of them asks. To the others that is a kept answer, since it may be older than they are.
    private Task<IReadOnlyList<Sender>> Look(AskWebhookSources question, out bool joined)
    {
        Lazy<Task<IReadOnlyList<Sender>>> own = null!;
        own = new(async () =>
        {
            try
            {
                return await Load(question);
            }
            finally
            {
                looks.TryRemove(KeyValuePair.Create(question, own));
            }
        });
        var look = looks.GetOrAdd(question, own);
        joined = look != own;
        return look.Value;
    }

    /// <summary>An integration is being changed in this process: keeps nothing until that transaction has surely ended.</summary>
    public void Suspend()
    {
        Volatile.Write(ref bypassUntil, (time.GetUtcNow() + CommitFollowsWithin).UtcTicks);
        Forget();
    }

    public void Dispose() => subscription.Dispose();

    private void Forget()
    {
        Interlocked.Increment(ref generation);
        entries.Clear();
        looks.Clear();
    }

    private sealed record Entry(IReadOnlyList<Sender> Senders, DateTimeOffset Loaded);

    private async Task<IReadOnlyList<Sender>> Load(AskWebhookSources question)
    {
        await using var scope = scopes.CreateAsyncScope();
        var mediator = scope.ServiceProvider.GetRequiredService<IMediator>();
        var senders = new List<Sender>();
        var schemas = new Dictionary<string, IntegrationSchema?>(StringComparer.Ordinal);
        foreach (var source in await mediator.Send(question, CancellationToken.None))
        {
            if (!source.Integration.Enabled)
                continue;
            if (!schemas.TryGetValue(source.Integration.Type, out var schema))
                schemas[source.Integration.Type] = schema = await mediator.Send(new AskSchema(source.Integration.Type), CancellationToken.None);
            if (schema is null)
                continue;
            var fields = new SenderFields(WithDefaults(source.Settings, schema), source.Secrets, source.FormerSecrets);
            senders.Add(new Sender(source.Integration, fields, WebhookScheme.Parse(schema.Webhook)));
        }

        return senders;
    }

    private static Dictionary<string, JsonElement> WithDefaults(IReadOnlyDictionary<string, JsonElement> settings, IntegrationSchema schema)
    {
        var filled = schema.Fields.Where(field => field.Default is { ValueKind: not JsonValueKind.Null })
            .ToDictionary(field => field.Name, field => field.Default!.Value, StringComparer.Ordinal);
        foreach (var (name, value) in settings)
            filled[name] = value;
        return filled;
    }
}
