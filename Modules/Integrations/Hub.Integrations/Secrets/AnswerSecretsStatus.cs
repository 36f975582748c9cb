using System.Xml.Linq;
using Hub.Integrations.Contracts;
using Hub.SharedKernel.Data;
using Hub.SharedKernel.Secrets;
using MediatR;

namespace Hub.Integrations.Secrets;

/// <summary>Tells what the ring holds and what it is used for.</summary>
internal sealed class AnswerSecretsStatus(Db db, MasterKey master, LiveKeyRing ring, SecretProtector protector, IEnumerable<ISealedRows> stores)
    : IRequestHandler<AskSecretsStatus, SecretsStatus>
{
    private const int Batch = 500;

    private sealed record StoredKey(string FriendlyName, string Xml, bool Lost, bool Archived, DateTimeOffset CreatedAt);

    public async Task<SecretsStatus> Handle(AskSecretsStatus request, CancellationToken cancellationToken)
    {
        var keys = (await db.List<StoredKey>(SelectKeys, null, cancellationToken)).Select(Shown).ToArray();
        var byPrefix = keys.ToDictionary(key => SealedText.PrefixOf(key.Id), key => (Guid?)key.Id, StringComparer.Ordinal);
        var (secrets, unreadable) = (new List<SecretsOfKey>(), new List<UnreadableSecrets>());
        foreach (var store in stores)
        {
            secrets.AddRange((await store.Count(cancellationToken)).Select(count => new SecretsOfKey(byPrefix.GetValueOrDefault(count.Prefix), store.Name, count.Secrets)));
            await foreach (var row in Rows(store, cancellationToken))
                if (Unreadable(row) is { Length: > 0 } fields)
                    unreadable.Add(new UnreadableSecrets(row.Owner, fields));
        }

        return new SecretsStatus(master.Id, keys, secrets, unreadable);
    }

    private RingKey Shown(StoredKey key)
    {
        var xml = XElement.Parse(key.Xml);
        var wrapped = xml.Descendants(KeyWrapper.Element).First();
        var id = Guid.Parse((string)xml.Attribute("id")!);
        var state = key.Archived ? "archived"
            : key.Lost || KeyUnwrapper.Open(wrapped, master) is null ? "lost"
            : id == ring.Current ? "current" : "readable";
        return new RingKey(id, state, (string?)wrapped.Attribute(KeyWrapper.KeyIdAttribute) ?? "", key.CreatedAt);
    }

    private string[] Unreadable(SealedRow row) =>
        [.. row.Secrets.Where(pair => protector.TryUnprotect(row.Owner, pair.Key, pair.Value?.GetValue<string>() ?? "") is null).Select(pair => pair.Key)];

    private static async IAsyncEnumerable<SealedRow> Rows(ISealedRows store, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken ct)
    {
        for (string? after = null; ;)
        {
            var rows = await store.Read("", after, Batch, locked: false, ct);
            foreach (var row in rows)
                yield return row;
            if (rows.Count < Batch)
                yield break;
            after = rows[^1].Key;
        }
    }

    private const string SelectKeys = """
        select friendly_name, xml, lost_at is not null as lost, archived_at is not null as archived, created_at
        from integrations.data_protection_keys
        where friendly_name like 'key-%'
        order by id
        """;
}
