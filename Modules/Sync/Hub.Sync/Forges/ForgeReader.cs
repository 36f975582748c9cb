using System.Text.Json;
using Hub.Integrations.Contracts;
using Hub.SharedKernel.Outbound;
using Hub.SharedKernel.Budgets;
using Hub.Sync.Jira;
using Hub.Sync.Providers;
using Hub.Sync.Rereads;
using Hub.Sync.Tickets;
using Microsoft.Extensions.DependencyInjection;

namespace Hub.Sync.Forges;

/// <summary>Reads records of GitLab and Azure DevOps, of which events told too little, through the integration's credential.</summary>
internal sealed class ForgeReader(BudgetedHttp http, TimeProvider time) : IRecordReader
{
    private static readonly JsonDocumentOptions Deep = new() { MaxDepth = 512 };

    public IReadOnlyList<string> IntegrationTypes { get; } = ["gitlab", "azure_devops_repos"];

    /// <summary>Each costs a call.</summary>
    public int Most => 10;

    public async Task<Func<IServiceProvider, CancellationToken, Task>> Read(Connection connection, IReadOnlyList<WantedRecord> wanted, CancellationToken ct)
    {
        var read = new List<ForgeTold>();
        foreach (var one in wanted)
            if (await Get(connection, Address(connection, one), ct) is { } record && Told(connection, one, record) is { } told
                && (ForgeSites.OnlyRepository(connection.Integration.Type, connection.Settings) is not { } only || told.Repository?.IsCalled(only) is not false))
                read.Add(told);
        var source = new TicketSource(wanted[0].IntegrationId, wanted[0].ScopePath, 0, ByWalk: false, time.GetUtcNow());
        return async (unit, stop) =>
        {
            var store = unit.GetRequiredService<ForgeStore>();
            foreach (var told in read)
                await store.Store(told, source, stop);
        };
    }

    private static ForgeTold? Told(Connection connection, WantedRecord one, JsonElement record) => connection.Integration.Type == "gitlab"
        ? GitlabEvents.OfAnswer(one.Kind, record, ForgeSites.Gitlab(connection.Settings))
        : AzureEvents.OfAnswer(one.Kind, record, ForgeSites.Azure(connection.Settings), one.ToldAt);

    private static string Address(Connection connection, WantedRecord one)
    {
        var parts = one.RecordKey.Split('/').Select(Uri.EscapeDataString).ToArray();
        if (connection.Integration.Type == "gitlab")
            return $"{ForgeSites.Gitlab(connection.Settings)}/api/v4/projects/{parts[0]}/{one.Kind}s/{parts[^1]}";
        var site = ForgeSites.Azure(connection.Settings);
        return one.Kind switch
        {
            AzureEvents.WorkItem => $"{site}/_apis/wit/workitems/{parts[0]}?$expand=links&api-version=7.1",
            AzureEvents.Push => $"{site}/_apis/git/repositories/{parts[0]}/pushes/{parts[^1]}?includeCommits=100&includeRefUpdates=true&api-version=7.1",
            _ => $"{site}/_apis/git/pullrequests/{parts[0]}?api-version=7.1",
        };
    }

    /// <returns>Null when it is gone.</returns>
    private async Task<JsonElement?> Get(Connection connection, string address, CancellationToken ct)
    {
        try
        {
            var answer = await http.Send(connection, Urgency.Background, new OutboundRequest
            {
                Method = HttpMethod.Get, Url = new Uri(address), Headers = connection.Headers, Secrets = connection.Secrets,
                Timeout = TimeSpan.FromSeconds(60),
            }, ct);
            return answer.Status switch
            {
                200 => Parse(answer),
                404 or 410 => null,
                401 or 203 or 302 => throw new ProviderFailure("auth", "The provider refused the credentials. Renew the token and test the integration.", false),
                403 => throw new ProviderFailure("permission", "The token may not read what webhooks tell of. Give it the right to read the API.", false),
                _ => throw new ProviderFailure("provider_error", $"The provider answered with status {answer.Status}.", answer.Status >= 500),
            };
        }
        catch (OutboundException failure)
        {
            throw JiraAnswer.Of(failure);
        }
    }

    private static JsonElement Parse(OutboundResponse answer)
    {
        try
        {
            using var document = JsonDocument.Parse(answer.Body, Deep);
            return document.RootElement.Clone();
        }
        catch (JsonException)
        {
            throw new ProviderFailure("provider_error", "The provider's answer is no JSON. Is this the address of its API?", true);
        }
    }
}
