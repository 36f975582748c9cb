using System.Text.Json;
using Hub.Integrations.Health;
using Hub.Integrations.Integrations;
using Hub.SharedKernel.Outbound;

namespace Hub.Integrations.ConnectionTests.Jira;

/// <summary>After the login: may the account browse projects, does Jira understand the JQL, and can the configured projects be read?</summary>
internal sealed class JiraReading(EffectiveConfiguration subject, TestProbe probe, JiraEntry entry)
{
    private const int MostProjects = 20;
    private const string Permission = "permission";
    private const string Sample = "sample_read";

    public async Task Check(CancellationToken ct)
    {
        await CheckPermission(ct);
        if (subject.Settings.Text("jql") is { } jql && !string.IsNullOrWhiteSpace(jql))
            await CheckQuery(jql, ct);
        var keys = (subject.Settings.Text("project_keys") ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (keys.Length > 0)
            await ReadProjects([.. keys.Take(MostProjects)], ct);
        else
            await ReadAny(ct);
    }

    private async Task CheckPermission(CancellationToken ct)
    {
        var response = await Get(Permission, "mypermissions?permissions=BROWSE_PROJECTS", ct);
        if (response.Status == 429)
            throw probe.Failed(Permission, FailureReason.RateLimited, "Jira is throttling this account; try again later.");
        switch (response.Status == 200 ? MayBrowse(response) : null)
        {
            case false:
                throw probe.Failed(Permission, FailureReason.Permission, "The account may not browse any project: give it the permission Browse Projects.");
            case true:
                probe.Passed(Permission, "May browse projects", response.Elapsed.TotalMilliseconds);
                break;
            case null:
                probe.Passed(Permission, "Not checked: this Jira does not tell", response.Elapsed.TotalMilliseconds);
                break;
        }
    }

    // Whatever else goes wrong with it says nothing of the query: the steps that follow tell.
    private async Task CheckQuery(string jql, CancellationToken ct)
    {
        var response = await Search(jql, ct);
        if (response.Status == 400 && ProviderWords.JsonObject(response) is not null)
            throw probe.Failed(Sample, FailureReason.Config, $"Jira does not accept the JQL.{ProviderWords.Complaint(response)}");
    }

    private async Task ReadProjects(string[] keys, CancellationToken ct)
    {
        var took = 0.0;
        foreach (var key in keys)
        {
            var response = await Get(Sample, $"project/{Uri.EscapeDataString(key)}", ct);
            took += response.Elapsed.TotalMilliseconds;
            if (response.Status != 404)
                Require(response, $"project {key}");
            else if (!await HasIssues(key, ct))
                throw probe.Failed(Sample, FailureReason.NotFound, $"There is no project {key}, or the account may not see it.");
        }

        probe.Passed(Sample, $"Can read {string.Join(", ", keys)}", took);
    }

    // Some credentials are good for issues and not for projects.
    private async Task<bool> HasIssues(string key, CancellationToken ct)
    {
        var response = await Search($"project = \"{key.Replace("\"", "", StringComparison.Ordinal)}\"", ct);
        return response.Status == 200 && ProviderWords.JsonObject(response) is { } body
            && body.TryGetProperty("issues", out var issues) && issues.ValueKind is JsonValueKind.Array && issues.GetArrayLength() > 0;
    }

    private async Task ReadAny(CancellationToken ct)
    {
        var response = await Get(Sample, entry.ApiVersion == 3 ? "project/search?maxResults=1" : "search?maxResults=1&fields=summary", ct);
        Require(response, entry.ApiVersion == 3 ? "the list of projects" : "issues");
        var total = ProviderWords.JsonObject(response) is { } body && body.TryGetProperty("total", out var count) && count.TryGetInt64(out var number) ? number : (long?)null;
        var things = entry.ApiVersion == 3 ? "projects" : "issues";
        probe.Passed(Sample, total is { } seen ? $"{seen} {things} can be read" : $"Can read {things}", response.Elapsed.TotalMilliseconds);
    }

    private void Require(OutboundResponse response, string what)
    {
        if (response.Status == 200 && ProviderWords.JsonObject(response) is not null)
            return;
        var reason = response.Status switch
        {
            401 => FailureReason.Auth,
            403 or 404 => FailureReason.Permission,
            429 => FailureReason.RateLimited,
            _ => FailureReason.ProviderError,
        };
        throw probe.Failed(Sample, reason, $"Jira answered HTTP {response.Status} when asked for {what}.{ProviderWords.Complaint(response)}");
    }

    private Task<OutboundResponse> Search(string jql, CancellationToken ct) =>
        Get(Sample, $"{(entry.ApiVersion == 3 ? "search/jql" : "search")}?jql={Uri.EscapeDataString(jql)}&maxResults=1&fields=id", ct);

    private Task<OutboundResponse> Get(string step, string path, CancellationToken ct) =>
        probe.Call(step, JiraConnectionTest.Get(entry.Site.Api(entry.ApiVersion, path), entry.Headers), ct);

    private static bool? MayBrowse(OutboundResponse response) =>
        ProviderWords.JsonObject(response) is { } body && body.TryGetProperty("permissions", out var permissions) && permissions.ValueKind is JsonValueKind.Object
        && permissions.TryGetProperty("BROWSE_PROJECTS", out var browse) && browse.ValueKind is JsonValueKind.Object
        && browse.TryGetProperty("havePermission", out var have) && have.ValueKind is JsonValueKind.True or JsonValueKind.False
            ? have.GetBoolean()
            : null;
}
