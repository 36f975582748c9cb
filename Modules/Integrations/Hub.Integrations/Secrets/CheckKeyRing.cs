using System.Globalization;
using System.Xml.Linq;
using Hub.Integrations.Contracts;
using Hub.SharedKernel.Data;
using Hub.SharedKernel.Secrets;
using MediatR;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Hub.Integrations.Secrets;

/// <summary>
/// Refuses to start with a master key that cannot open the ring, or without one while the database holds keys: new ones would be minted and every stored
/// secret would be lost. Makes the first key, one for all starters.
/// </summary>
/// <remarks>The master key is asked for late: a wrong one must surface as itself, not as a handler that cannot be made.</remarks>
internal sealed class CheckKeyRing(Db db, IServiceProvider services, IConfiguration configuration) : IRequestHandler<EnsureKeyRing>
{
    private sealed record StoredKey(long Id, string Xml, bool Lost);

    private bool AcceptsLoss => configuration.GetValue<bool>("Hub:AcceptLostSecrets");

    public async Task<Unit> Handle(EnsureKeyRing request, CancellationToken cancellationToken)
    {
        if (await Check(cancellationToken) > 0)
            await services.GetRequiredService<LostSecrets>().Report(cancellationToken);
        return Unit.Value;
    }

    /// <returns>How many keys were given up now.</returns>
    private async Task<int> Check(CancellationToken ct)
    {
        await using var tx = await db.Begin(ct);
        await db.Execute(Lock, null, ct);
        var stored = await db.List<StoredKey>(Select, null, ct);
        await RequireMasterKey(stored.Count(key => !key.Lost), ct);
        var master = services.GetRequiredService<MasterKey>();
        var readable = stored.Where(key => Opens(key.Xml, master)).ToArray();
        var unreadable = stored.Except(readable).ToArray();

        if (unreadable.Any(key => !key.Lost) && !AcceptsLoss)
            throw new MasterKeyException(await Refusal(master, unreadable.Count(key => !key.Lost), ct));
        var given = await db.Execute(Mark, new { ids = unreadable.Select(key => key.Id).ToArray(), lost = true }, ct);
        await db.Execute(Mark, new { ids = readable.Select(key => key.Id).ToArray(), lost = false }, ct);
        if (readable.Length == 0)
            services.GetRequiredService<LiveKeyRing>().Make();
        await db.Execute("notify integrations_key_ring", null, ct);
        await tx.Commit(ct);
        services.GetRequiredService<LiveKeyRing>().Forget();
        return given;
    }

    private async Task RequireMasterKey(int keys, CancellationToken ct)
    {
        if (keys > 0 && !AcceptsLoss && MasterKey.IsEmbedded(configuration) && !MasterKey.Exists(configuration))
        {
            var secrets = await db.One<long>(CountSecrets, null, ct);
            throw new MasterKeyException(string.Create(CultureInfo.InvariantCulture, $"""
                {MasterKey.FileOf(configuration)} is not there and {MasterKey.Setting} is not set, yet the database holds secrets under that key ({secrets} integrations and scopes).
                Put master.key back from your backup. If it is gone for good, start once with --accept-lost-secrets:
                everything else stays, and those secrets must be entered again.
                """));
        }

        MasterKey.MakeIfNone(configuration);
    }

    private static bool Opens(string xml, MasterKey master) =>
        XElement.Parse(xml).Descendants(KeyWrapper.Element).All(wrapped => KeyUnwrapper.Open(wrapped, master) is not null);

    private async Task<string> Refusal(MasterKey master, int count, CancellationToken ct)
    {
        var secrets = await db.One<long>(CountSecrets, null, ct);
        return string.Create(CultureInfo.InvariantCulture, $"""
            The master key ({master.Id}) does not open the key ring: {count} of its keys were wrapped with another one, and {secrets} integrations or scopes hold secrets under them.
            Start with the earlier {MasterKey.Setting} (or master.key in the data directory). If it is gone for good, start once with --accept-lost-secrets:
            everything else stays, and those secrets must be entered again.
            """);
    }

    private const string Lock = "select pg_advisory_xact_lock(hashtextextended('hub.key_ring', 0))";

    private const string Select = "select id, xml, lost_at is not null as lost from integrations.data_protection_keys where archived_at is null order by id";

    private const string Mark = """
        update integrations.data_protection_keys set lost_at = case when @lost then now() end
        where id = any(@ids) and (lost_at is not null) <> @lost
        """;

    private const string CountSecrets = """
        select (select count(*) from integrations.integrations where secrets <> '{}') + (select count(*) from integrations.scope_configs where secrets <> '{}')
        """;
}
