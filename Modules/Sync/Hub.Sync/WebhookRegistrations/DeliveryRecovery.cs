using System.Globalization;
using Hub.SharedKernel.Data;
using Hub.Sync.Github.Api;
using Hub.Sync.Providers;
using Hub.Webhooks.Contracts;
using MediatR;
using Microsoft.Extensions.DependencyInjection;

namespace Hub.Sync.WebhookRegistrations;

/// <param name="RanAt">When the list was looked through.</param>
/// <param name="Listed">Deliveries in it, attempts of the same one counted once.</param>
/// <param name="Lacking">Those that the inbox had not got.</param>
/// <param name="Recovered">Those that were put into it.</param>
/// <param name="Lost">Those that GitHub does not have any more.</param>
/// <param name="Until">What was delivered until then is looked at.</param>
/// <param name="More">There are more than one look fetches.</param>
internal sealed record RecoveryResult(DateTimeOffset RanAt, int Listed, int Lacking, int Recovered, int Lost, DateTimeOffset? Until, bool More);

/// <summary>
/// GitHub tries each delivery once and keeps a list for three days: whatever of it the inbox lacks is fetched, oldest first, and put there exactly once.
/// Bounded; what is left is fetched by the next look. What cannot be fetched any more is read by an incremental run.
/// </summary>
internal sealed class DeliveryRecovery(IServiceScopeFactory scopes, TimeProvider time)
{
    public const int MostFetched = 500;
    private const int AskedAtOnce = 1000;
    private const int StoredAtOnce = 25;
    private const int BytesAtOnce = 4 * 1024 * 1024;
    private static readonly TimeSpan Kept = TimeSpan.FromDays(3);
    private static readonly TimeSpan Overlap = TimeSpan.FromHours(1);

    /// <param name="api">The repository's API.</param>
    /// <param name="hook">The webhook's path.</param>
    /// <param name="work">Whose webhook; its findings get the result, also of what was done before a failure.</param>
    /// <param name="ct">Cancels it.</param>
    /// <exception cref="ProviderFailure">Not all could be looked at.</exception>
    public async Task Run(GithubApi api, string hook, RegistrationWork work, CancellationToken ct)
    {
        var (began, deliveries) = (time.GetUtcNow(), new GithubDeliveries(api, hook));
        var oldest = work.Known.RecoveredUntil - Overlap is { } until && until > began - Kept ? until : began - Kept;
        var (listed, whole) = await deliveries.Since(oldest, ct);
        if (!whole)
            work.Found.Miss("GitHub's list of deliveries is longer than the hub reads");
        if (work.Known.RecoveredUntil < began - Kept)
            work.Found.Miss("the last look at GitHub's list of deliveries was more than three days ago");
        var lacking = await Lacking(work.Known.IntegrationId, listed, ct);
        var part = new Part(new RecoveryResult(began, listed.Count, lacking.Count, 0, 0, work.Known.RecoveredUntil, lacking.Count > MostFetched));
        try
        {
            foreach (var one in lacking.Take(MostFetched))
            {
                part.Add(one, await deliveries.Fetch(one, ct));
                if (part.Count >= StoredAtOnce || part.Bytes >= BytesAtOnce)
                    await Store(work.Known.IntegrationId, part, ct);
            }

            await Store(work.Known.IntegrationId, part, ct);
            part.Result = part.Result.More ? part.Result : part.Result with { Until = began };
        }
        catch (ProviderFailure)
        {
            await Store(work.Known.IntegrationId, part, ct);
            throw;
        }
        finally
        {
            work.Found.Recovery = part.Result;
            if (part.Result.Lost > 0)
                work.Found.Miss(string.Create(CultureInfo.InvariantCulture, $"GitHub does not have {part.Result.Lost} deliveries any more that did not arrive"));
        }
    }

    private async Task<IReadOnlyList<ListedDelivery>> Lacking(long integrationId, IReadOnlyList<ListedDelivery> listed, CancellationToken ct)
    {
        var lacking = new HashSet<string>(StringComparer.Ordinal);
        await using var scope = scopes.CreateAsyncScope();
        var mediator = scope.ServiceProvider.GetRequiredService<IMediator>();
        foreach (var ids in listed.Select(one => one.Guid).Chunk(AskedAtOnce))
            lacking.UnionWith(await mediator.Send(new AskMissingDeliveries(integrationId, ids), ct));
        return [.. listed.Where(one => lacking.Contains(one.Guid))];
    }

    private async Task Store(long integrationId, Part part, CancellationToken ct)
    {
        var recovered = new DeliveriesRecovered(integrationId, part.Take());
        if (recovered.Deliveries.Count > 0)
        {
            await using var scope = scopes.CreateAsyncScope();
            await using var tx = await scope.ServiceProvider.GetRequiredService<Db>().Begin(ct);
            await scope.ServiceProvider.GetRequiredService<IMediator>().Publish(recovered, ct);
            await tx.Commit(ct);
        }

        part.Settle(recovered.Stored.Count);
    }

    /// <summary>What was fetched and is not stored yet, and what came of all before.</summary>
    private sealed class Part(RecoveryResult result)
    {
        private List<RecoveredDelivery> found = [];
        private DateTimeOffset? until = result.Until;
        private int lost;

        public RecoveryResult Result { get; set; } = result;

        public int Count => found.Count;

        public long Bytes { get; private set; }

        public void Add(ListedDelivery listed, RecoveredDelivery? fetched)
        {
            until = listed.At;
            if (fetched is null)
                lost++;
            else
                found.Add(fetched);
            Bytes += fetched?.Payload.Length ?? 0;
        }

        public List<RecoveredDelivery> Take()
        {
            (var taken, found, Bytes) = (found, [], 0);
            return taken;
        }

        public void Settle(int stored)
        {
            Result = Result with { Recovered = Result.Recovered + stored, Lost = Result.Lost + lost, Until = until };
            lost = 0;
        }
    }
}
