using System.Text.Json.Nodes;
using System.Xml.Linq;
using Hub.Integrations.Contracts;
using Hub.SharedKernel.Access;
using Hub.SharedKernel.Auditing;
using Hub.SharedKernel.Data;
using Hub.SharedKernel.Secrets;
using MediatR;

namespace Hub.Integrations.Secrets;

/// <summary>Wraps every key of the ring with another master key, in one transaction. No stored secret is touched.</summary>
internal sealed class RewrapRing(Db db, MasterKey master, Audit audit) : IRequestHandler<RewrapKeyRing, RewrappedKeyRing>
{
    private sealed record StoredKey(long Id, string Xml, bool Lost);

    public async Task<RewrappedKeyRing> Handle(RewrapKeyRing request, CancellationToken cancellationToken)
    {
        var next = MasterKey.Parse(request.NewMasterKey, "The new master key");
        await using var tx = await db.Begin(cancellationToken);
        await db.Execute(Lock, null, cancellationToken);
        var rewrapped = new JsonArray();
        foreach (var key in await db.List<StoredKey>(Select, null, cancellationToken))
            if (Rewrap(key, next) is { } xml)
                rewrapped.Add((JsonNode)new JsonObject { ["id"] = key.Id, ["xml"] = xml });
        await db.Execute(Update, new { keys = rewrapped.ToJsonString() }, cancellationToken);
        await audit.Record("secrets.rewrapped", "key_ring", "1", [Caller.PlatformScope],
            new JsonObject { ["master_key"] = new JsonObject { ["from"] = master.Id, ["to"] = next.Id } }, cancellationToken);
        await tx.Commit(cancellationToken);
        return new RewrappedKeyRing(rewrapped.Count, next.Id);
    }

    /// <returns>Null for a key that was given up before.</returns>
    /// <exception cref="MasterKeyException">The present master key does not open it.</exception>
    private string? Rewrap(StoredKey key, MasterKey next)
    {
        var xml = XElement.Parse(key.Xml);
        foreach (var wrapped in xml.Descendants(KeyWrapper.Element).ToArray())
        {
            if (KeyUnwrapper.Open(wrapped, master) is { } plain)
                wrapped.ReplaceWith(new KeyWrapper(next).Encrypt(plain).EncryptedElement);
            else if (key.Lost)
                return null;
            else
                throw new MasterKeyException($"The master key ({master.Id}) does not open the key ring, so it cannot be wrapped with another one. Start with the right {MasterKey.Setting}.");
        }

        return xml.ToString(SaveOptions.DisableFormatting);
    }

    private const string Lock = "select pg_advisory_xact_lock(hashtextextended('hub.key_ring', 0))";

    private const string Select = "select id, xml, lost_at is not null as lost from integrations.data_protection_keys order by id for update";

    private const string Update = """
        update integrations.data_protection_keys k set xml = r.xml
        from jsonb_to_recordset(@keys::jsonb) as r (id bigint, xml text)
        where k.id = r.id
        """;
}
