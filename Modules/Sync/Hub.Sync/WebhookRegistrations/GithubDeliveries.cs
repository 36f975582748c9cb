using System.Globalization;
using System.Text;
using System.Text.Json;
using Hub.Sync.Github.Api;
using Hub.Sync.Providers;
using Hub.Webhooks.Contracts;

namespace Hub.Sync.WebhookRegistrations;

/// <param name="Id">Of the newest attempt.</param>
/// <param name="Guid">Of the delivery, the same in all attempts.</param>
/// <param name="Event">GitHub's name of the event.</param>
/// <param name="At">When it was sent.</param>
internal sealed record ListedDelivery(long Id, string Guid, string Event, DateTimeOffset At);

/// <summary>What GitHub says it sent to one webhook.</summary>
/// <param name="api">The repository's API.</param>
/// <param name="hook">The webhook's path.</param>
internal sealed class GithubDeliveries(GithubApi api, string hook)
{
    private const int MostPages = 100;
    private const int LongestGuid = 200;

    /// <summary>Without pings. Oldest first.</summary>
    /// <returns>And whether the list reaches back as far as asked.</returns>
    /// <exception cref="ProviderFailure">One of its pages cannot be had.</exception>
    public async Task<(IReadOnlyList<ListedDelivery> Deliveries, bool Whole)> Since(DateTimeOffset oldest, CancellationToken ct)
    {
        var newest = new Dictionary<string, ListedDelivery>(StringComparer.Ordinal);
        string? next = $"{hook}/deliveries?per_page=100";
        for (var pages = 0; next is not null && pages < MostPages; pages++)
        {
            using var page = await api.Get(next, ct);
            var listed = page.Root.Items().Select(Read).OfType<ListedDelivery>().ToArray();
            foreach (var one in listed.Where(one => one.At >= oldest && one.Event is not "ping"))
                newest.TryAdd(one.Guid, one);
            next = listed.Length == 0 || listed.Any(one => one.At < oldest) ? null : page.Next;
        }

        return ([.. newest.Values.OrderBy(one => one.At).ThenBy(one => one.Id)], next is null);
    }

    /// <returns>Null when GitHub does not have it any more.</returns>
    /// <exception cref="ProviderFailure">It cannot be had now.</exception>
    public async Task<RecoveredDelivery?> Fetch(ListedDelivery listed, CancellationToken ct)
    {
        using var page = await api.Get(string.Create(CultureInfo.InvariantCulture, $"{hook}/deliveries/{listed.Id}"), ct, false, 404, 410);
        if (page.Root.At("request", "payload") is not { ValueKind: JsonValueKind.Object } payload)
            return null;
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        if (page.Root.At("request", "headers") is { ValueKind: JsonValueKind.Object } sent)
            foreach (var header in sent.EnumerateObject())
                if (header.Value.Text() is { } value)
                    headers[header.Name] = value;
        (headers["X-GitHub-Delivery"], headers["X-GitHub-Event"]) = (listed.Guid, listed.Event);
        return new RecoveredDelivery(headers, Encoding.UTF8.GetBytes(payload.GetRawText()));
    }

    private static ListedDelivery? Read(JsonElement item) =>
        item.Number("id") is { } id && item.Text("guid") is { Length: <= LongestGuid } guid && item.Text("event") is { } name && item.Time("delivered_at") is { } at
            ? new ListedDelivery(id, guid, name, at)
            : null;
}
