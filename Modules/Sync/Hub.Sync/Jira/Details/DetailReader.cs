using System.Globalization;
using System.Text.Json;
using Hub.Sync.Details;
using Hub.Sync.Providers;

namespace Hub.Sync.Jira.Details;

/// <summary>
/// Reads one kind of details of up to a hundred issues: what issues embed where that is complete, else the pages of its own. Issues that are gone meanwhile
/// have none, and lose none.
/// </summary>
internal sealed class DetailReader(JiraSite site, bool cloud, DetailKind kind)
{
    private const int PageSize = 100;
    private const int MostPages = 1_000;
    private readonly IssueLookup lookup = new(site, cloud);

    public async Task<IReadOnlyList<TicketDetails>> Read(IReadOnlyList<DueTicket> due, CancellationToken ct)
    {
        var ids = due.ToDictionary(ticket => ticket.ExternalId, ticket => ticket.TicketId, StringComparer.Ordinal);
        if (cloud && kind == DetailKind.Changelog)
            return await ReadChangelogs(ids, ct);
        using var found = await lookup.Find([.. ids.Keys], [kind.Field], withChangelog: kind == DetailKind.Changelog, ct);
        var read = new List<TicketDetails>();
        foreach (var issue in found.Issues)
            if (issue.Text("id") is { } id && ids.TryGetValue(id, out var ticketId))
                read.Add(await Complete(id, ticketId, issue, ct));
        return read;
    }

    private async Task<TicketDetails> Complete(string id, long ticketId, JsonElement issue, CancellationToken ct)
    {
        var embedded = kind == DetailKind.Changelog ? issue.At("changelog") : issue.At("fields", kind.Field);
        var list = kind.List is null ? embedded : embedded.At(kind.List);
        if (list.ValueKind is not JsonValueKind.Array)
            return new TicketDetails(ticketId, [], Whole: false);
        var total = kind.List is null ? list.GetArrayLength() : JiraTime.Number(embedded.At("total"));
        return total <= list.GetArrayLength() ? Made(ticketId, list.EnumerateArray(), whole: true) : await ReadPages(id, ticketId, ct);
    }

    private async Task<TicketDetails> ReadPages(string id, long ticketId, CancellationToken ct)
    {
        var details = new List<RemoteDetail>();
        var (start, whole, unreadable) = (0L, true, 0);
        long? first = null;
        for (var page = 0; page < MostPages; page++)
        {
            var path = $"/rest/api/{(cloud ? 3 : 2)}/issue/{Uri.EscapeDataString(id)}/{kind.Field}";
            var query = string.Create(CultureInfo.InvariantCulture, $"?startAt={start}&maxResults={PageSize}");
            using var answer = await site.Send(HttpMethod.Get, path + query, null, ct);
            var list = answer.RootElement.At(kind.Pages) is { ValueKind: JsonValueKind.Array } items ? items.EnumerateArray().ToArray()
                : throw new ProviderFailure("provider_error", $"Jira's answer has no list of {kind.Pages}.", true);
            var total = JiraTime.Number(answer.RootElement.At("total")) ?? 0;
            var part = Made(ticketId, list, whole: true);
            details.AddRange(part.Details);
            unreadable += part.Unreadable;
            // A list that grew or shrank while it was read may have been passed over in parts.
            whole &= total == (first ??= total);
            start += list.Length;
            if (list.Length == 0 || start >= total)
                break;
        }

        return new TicketDetails(ticketId, details, whole && details.DistinctBy(detail => detail.ExternalId).Count() >= first, unreadable);
    }

    private async Task<IReadOnlyList<TicketDetails>> ReadChangelogs(Dictionary<string, long> ids, CancellationToken ct)
    {
        var read = new List<TicketDetails>();
        var used = new HashSet<string>(StringComparer.Ordinal);
        for (var at = new WalkPosition(); at is not null;)
        {
            var body = new Dictionary<string, object> { ["issueIdsOrKeys"] = ids.Keys, ["maxResults"] = 1000 };
            if (at.Token is not null)
                body["nextPageToken"] = at.Token;
            using var answer = await site.Send(HttpMethod.Post, "/rest/api/3/changelog/bulkfetch", body, ct);
            if (answer.RootElement.At("issueChangeLogs") is not { ValueKind: JsonValueKind.Array } logs)
                throw new ProviderFailure("provider_error", "Jira's answer has no list of changelogs.", true);
            foreach (var log in logs.EnumerateArray())
                if (log.Text("issueId") is { } id && ids.TryGetValue(id, out var ticketId)
                    && log.At("changeHistories") is { ValueKind: JsonValueKind.Array } entries)
                    read.Add(Made(ticketId, entries.EnumerateArray(), whole: false));
            at = TokenPaging.Next(at, null, answer.RootElement.Text("nextPageToken"), used);
        }

        return read;
    }

    private TicketDetails Made(long ticketId, IEnumerable<JsonElement> items, bool whole)
    {
        var read = items.Select(kind.Read).ToArray();
        var details = read.OfType<RemoteDetail>().ToArray();
        return new TicketDetails(ticketId, details, whole && details.Length == read.Length, read.Length - details.Length);
    }
}
