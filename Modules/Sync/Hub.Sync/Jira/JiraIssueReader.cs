using Hub.Integrations.Contracts;
using Hub.Sync.Details;
using Hub.Sync.Jira.Census;
using Hub.Sync.Jira.Details;
using Hub.Sync.Jira.Mapping;
using Hub.Sync.Providers;
using Hub.Sync.Rereads;
using Hub.Sync.Tickets;
using Microsoft.Extensions.DependencyInjection;

namespace Hub.Sync.Jira;

/// <summary>Issues that an event named without their fields. Only those within the integration's projects and JQL are stored.</summary>
internal sealed class JiraIssueReader(BudgetedHttp http, TimeProvider time) : IRecordReader
{
    public const string Kind = "issue";

    /// <summary>Whether Jira can be asked by it: ids become part of queries.</summary>
    public static bool IsId(string? text) => text is { Length: > 0 and <= 18 } && text.All(char.IsAsciiDigit);

    public IReadOnlyList<string> IntegrationTypes { get; } = ["jira"];

    public int Most => IssueLookup.Most;

    public async Task<Func<IServiceProvider, CancellationToken, Task>> Read(Connection connection, IReadOnlyList<WantedRecord> wanted, CancellationToken ct)
    {
        var site = new JiraSite(http, connection, time);
        var cloud = await site.IsCloud(ct);
        var inside = await new MissingIssues(site, connection, cloud).StillThere([.. wanted.Select(one => one.RecordKey)], ct);
        var askedAt = time.GetUtcNow();
        var lookup = new IssueLookup(site, cloud);
        using var found = inside.Count == 0 ? new FoundIssues()
            : cloud ? await lookup.Find(inside, JiraIssue.Fields, false, ct) : await lookup.FindOneByOne(inside, JiraIssue.Fields, ct);
        var issues = found.Issues.Select(issue => issue.Clone()).ToArray();
        var tickets = ReadIssues.Of(issues, site.Address, FieldMappings.Of(connection)).Tickets;
        return async (unit, stop) =>
        {
            var source = new TicketSource(
                wanted[0].IntegrationId, wanted[0].ScopePath, connection.SiteKey(), ByWalk: true, askedAt, By: "webhook");
            var outcome = await unit.GetRequiredService<TicketWriter>().Write(source, tickets, stop);
            await unit.GetRequiredService<DetailDues>().Mark(
                source.IntegrationId, [.. outcome.Changes.Select(change => change.TicketId)], DetailKind.StreamsOf(connection), stop);
        };
    }
}
