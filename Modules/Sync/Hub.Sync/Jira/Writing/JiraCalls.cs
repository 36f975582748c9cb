using System.Text.Json;
using System.Text.Json.Nodes;
using Hub.Integrations.Contracts;
using Hub.SharedKernel.Budgets;
using Hub.SharedKernel.Outbound;
using Hub.Sync.Providers;

namespace Hub.Sync.Jira.Writing;

/// <summary>
/// Calls of a Jira for which somebody waits. Tells apart what was refused, what surely was not done, and what may have been done. Nothing is repeated here.
/// </summary>
internal sealed class JiraCalls(JiraSite site, Connection connection, bool cloud, TimeSpan patience, TimeProvider time)
{
    public Connection Connection => connection;

    /// <summary>Cloud: people by account id, rich text as documents. Otherwise a Data Center: people by name, rich text as markup.</summary>
    public bool Cloud => cloud;

    public string Site => site.Address;

    public double LatencyMs => site.LatencyMs;

    public static async Task<JiraCalls> Open(BudgetedHttp http, Connection connection, TimeSpan patience, TimeProvider time, CancellationToken ct)
    {
        var site = new JiraSite(http, connection, time, Urgency.Manual);
        return new JiraCalls(site, connection, await site.IsCloud(ct), patience, time);
    }

    /// <exception cref="JiraRefusal">400, 403 or 404.</exception>
    /// <exception cref="ProviderFailure">It cannot be read now.</exception>
    public async Task<JsonElement> Get(string path, CancellationToken ct)
    {
        try
        {
            return Json(await site.Exchange(HttpMethod.Get, Api(path), null, patience, ct));
        }
        catch (OutboundException failure)
        {
            throw JiraAnswer.Of(failure);
        }
    }

    /// <summary>A POST that only reads.</summary>
    /// <inheritdoc cref="Get"/>
    public async Task<JsonElement> Ask(string path, JsonObject body, CancellationToken ct)
    {
        try
        {
            return Json(await site.Exchange(HttpMethod.Post, Api(path), body, patience, ct));
        }
        catch (OutboundException failure)
        {
            throw JiraAnswer.Of(failure);
        }
    }

    /// <returns>The answer's body; undefined when it has none.</returns>
    /// <exception cref="JiraRefusal">Not done.</exception>
    /// <exception cref="ProviderFailure">Not done.</exception>
    /// <exception cref="OutcomeUnknown">It may have been done.</exception>
    public async Task<JsonElement> Write(HttpMethod method, string path, JsonObject body, CancellationToken ct)
    {
        OutboundResponse answer;
        try
        {
            answer = await site.Exchange(method, Api(path), body, patience, ct);
        }
        catch (OutboundException lost)
        {
            throw lost.Reason is OutboundReason.Timeout or OutboundReason.Protocol or OutboundReason.TooLarge
                ? new OutcomeUnknown(JiraAnswer.Of(lost)) : JiraAnswer.Of(lost);
        }

        try
        {
            return answer is { IsSuccess: true, Body.Length: 0 } ? default : Json(answer);
        }
        catch (ProviderFailure failure) when (answer.IsSuccess || answer.Status is 408 or >= 500)
        {
            // A success that cannot be read, or a gateway's error page: Jira behind it may have done its work.
            throw new OutcomeUnknown(failure);
        }
    }

    /// <summary>Search answers strangers too, with an empty list: only with this is "not found" worth anything.</summary>
    public Task RequireAccount(CancellationToken ct) => site.RequireAccount(ct);

    private string Api(string path) => $"/rest/api/{(cloud ? 3 : 2)}/{path}";

    private JsonElement Json(OutboundResponse answer)
    {
        if (answer.Status is 400 or 403 or 404 or 409 or 413 or 422)
            throw JiraRefusal.Of(answer, connection.Secrets);
        using var document = JiraAnswer.Read(answer, connection.Secrets, time.GetUtcNow());
        return document.RootElement.Clone();
    }
}
