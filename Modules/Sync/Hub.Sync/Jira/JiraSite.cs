using System.Text.Json;
using Hub.Integrations.Contracts;
using Hub.SharedKernel.Budgets;
using Hub.SharedKernel.Outbound;
using Hub.Sync.Providers;

namespace Hub.Sync.Jira;

/// <summary>One Jira as one integration reaches it: its addresses, its settings, and calls that carry its credentials.</summary>
internal sealed class JiraSite(BudgetedHttp http, Connection connection, TimeProvider time, Urgency urgency = Urgency.Background)
{
    // A hundred issues with the longest descriptions and custom fields that Jira allows.
    private const int MaxAnswerBytes = 64 * 1024 * 1024;
    private readonly string api = (connection.Detected.Text("api_base") ?? connection.Setting("base_url") ?? "").TrimEnd('/');

    /// <summary>The address for people; the API may be reached by another one.</summary>
    public string Address => connection.Setting("base_url") ?? api;

    /// <summary>How long the last call took, in milliseconds.</summary>
    public double LatencyMs { get; private set; }

    /// <summary>The site's own clock at its last answer, to the second; null when it does not tell.</summary>
    public DateTimeOffset? Clock { get; private set; }

    /// <exception cref="ProviderFailure">There is no answer, or not the data that was asked for.</exception>
    public async Task<JsonDocument> Send(HttpMethod method, string path, object? body, CancellationToken ct)
    {
        try
        {
            var answer = await Exchange(method, path, body, TimeSpan.FromSeconds(90), ct);
            return JiraAnswer.Read(answer, connection.Secrets, time.GetUtcNow());
        }
        catch (OutboundException failure)
        {
            throw JiraAnswer.Of(failure);
        }
    }

    /// <summary>A complete answer, whatever its status.</summary>
    /// <exception cref="OutboundException">There is none.</exception>
    /// <exception cref="ProviderFailure">The provider allows no call now; it was not made, or not done.</exception>
    public async Task<OutboundResponse> Exchange(HttpMethod method, string path, object? body, TimeSpan timeout, CancellationToken ct)
    {
        // Joined as text: resolving a rooted path would lose a context path such as /jira.
        if (!Uri.TryCreate(api + path, UriKind.Absolute, out var url))
            throw new ProviderFailure("config", "The site address is not a web address.", false);
        var answer = await http.Send(connection, urgency, new OutboundRequest
        {
            Method = method,
            Url = url,
            Headers = connection.Headers,
            Secrets = connection.Secrets,
            Body = body is null ? null : JsonSerializer.SerializeToUtf8Bytes(body),
            ContentType = body is null ? null : "application/json",
            Timeout = timeout,
            MaxResponseBytes = MaxAnswerBytes,
        }, ct);
        LatencyMs = answer.Elapsed.TotalMilliseconds;
        Clock = DateTimeOffset.TryParse(answer.Header("Date"), System.Globalization.CultureInfo.InvariantCulture, out var clock) ? clock : null;
        return answer;
    }

    /// <summary>
    /// Proves that Jira still knows the account: search answers strangers too, with an empty list that looks like mass deletion.
    /// </summary>
    /// <returns>The account's time zone (IANA), where it says.</returns>
    public async Task<string?> RequireAccount(CancellationToken ct)
    {
        using var account = await Send(HttpMethod.Get, $"/rest/api/{(await IsCloud(ct) ? 3 : 2)}/myself", null, ct);
        if (account.RootElement.Text("accountId") is null && account.RootElement.Text("name") is null && account.RootElement.Text("key") is null)
            throw new ProviderFailure("auth", "Jira does not say whose credentials these are: it takes them for an anonymous visitor's.", false);
        return account.RootElement.Text("timeZone");
    }

    public async Task<bool> IsCloud(CancellationToken ct)
    {
        var known = connection.Detected.Text("deployment") ?? connection.Setting("deployment");
        if (known is "cloud" or "data_center")
            return known == "cloud";
        using var info = await Send(HttpMethod.Get, "/rest/api/2/serverInfo", null, ct);
        return info.RootElement.Text("deploymentType") == "Cloud";
    }
}
