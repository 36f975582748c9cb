using System.Globalization;
using System.Xml.Linq;
using Hub.Integrations.Contracts;
using Hub.SharedKernel.Data;
using Hub.SharedKernel.Secrets;
using MediatR;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Hub.Integrations.Secrets;

/// <summary>
/// Refuses to start with a master key that cannot open the ring: Data Protection itself would quietly mint new keys and every stored secret would be
/// lost. Makes the first key, one for all starters.
/// </summary>
/// <remarks>The master key is asked for late: a wrong one must surface as itself, not as a handler that cannot be made.</remarks>
internal sealed class CheckKeyRing(Db db, IServiceProvider services, IConfiguration configuration) : IRequestHandler<EnsureKeyRing>
{
    private static readonly TimeSpan KeyLife = TimeSpan.FromDays(90);

    private sealed record StoredKey(long Id, string Xml, bool Lost);

    public async Task<Unit> Handle(EnsureKeyRing request, CancellationToken cancellationToken)
    {
        var master = services.GetRequiredService<MasterKey>();
        await using var tx = await db.Begin(cancellationToken);
        await db.Execute(Lock, null, cancellationToken);
        var stored = await db.List<StoredKey>(Select, null, cancellationToken);
        var readable = stored.Where(key => Opens(key.Xml, master)).ToArray();
        var unreadable = stored.Except(readable).ToArray();

        if (unreadable.Any(key => !key.Lost) && !configuration.GetValue<bool>("Hub:AcceptLostSecrets"))
            throw new MasterKeyException(await Refusal(master, unreadable.Count(key => !key.Lost), cancellationToken));
        await db.Execute(Mark, new { ids = unreadable.Select(key => key.Id).ToArray(), lost = true }, cancellationToken);
        await db.Execute(Mark, new { ids = readable.Select(key => key.Id).ToArray(), lost = false }, cancellationToken);
        if (readable.Length == 0)
            Make();
        await tx.Commit(cancellationToken);
        return Unit.Value;
    }

    // Data Protection reads the system's clock, whatever clock the rest of the hub is given.
    private void Make()
    {
        var now = TimeProvider.System.GetUtcNow();
        services.GetRequiredService<IKeyManager>().CreateNewKey(now, now + KeyLife);
    }

    private static bool Opens(string xml, MasterKey master) =>
        XElement.Parse(xml).Descendants(KeyWrapper.Element).All(wrapped => KeyUnwrapper.Open(wrapped, master) is not null);

    private async Task<string> Refusal(MasterKey master, int count, CancellationToken ct)
    {
        var secrets = await db.One<long>(CountSecrets, null, ct);
        return string.Create(CultureInfo.InvariantCulture, $"""
            The master key ({master.Id}) does not open the key ring: {count} of its keys were wrapped with another one, and {secrets} integrations hold secrets under them.
            Start with the earlier {MasterKey.Setting} (or master.key in the data directory). If it is gone for good, start once with --accept-lost-secrets:
            everything else stays, and those secrets must be entered again.
            """);
    }

    private const string Lock = "select pg_advisory_xact_lock(hashtextextended('hub.key_ring', 0))";

    private const string Select = "select id, xml, lost_at is not null as lost from integrations.data_protection_keys order by id";

    private const string Mark = """
        update integrations.data_protection_keys set lost_at = case when @lost then now() end
        where id = any(@ids) and (lost_at is not null) <> @lost
        """;

    private const string CountSecrets = "select count(*) from integrations.integrations where secrets <> '{}'";
}
