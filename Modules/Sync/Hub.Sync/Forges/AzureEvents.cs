using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Hub.Sync.Github.Api;
using Hub.Sync.Jira;
using Hub.Sync.Providers;

namespace Hub.Sync.Forges;

/// <summary>What Azure DevOps' service hooks and its API tell of pushes, pull requests and work items.</summary>
internal static class AzureEvents
{
    public const string PullRequest = "pull_request";
    public const string Push = "push";
    public const string WorkItem = "work_item";
    private const string Comment = "ms.vss-code.git-pullrequest-comment-event";

    /// <param name="payload">The body of a service hook.</param>
    /// <param name="site">Address and organization.</param>
    /// <param name="receivedAt">When it came, for events that carry no time.</param>
    /// <returns>Null when nothing is kept of such an event.</returns>
    public static ForgeTold? OfEvent(JsonElement payload, string site, DateTimeOffset receivedAt)
    {
        var name = payload.Text("eventType");
        // A comment comes with the whole of what it is on.
        var record = name == Comment ? payload.At("resource").At("pullRequest") : payload.At("resource");
        var told = new ForgeTold { Provider = "azure_devops", SiteKey = JiraSettings.SiteKey(site), At = payload.When("createdDate") ?? receivedAt };
        return name?.Split('.')[0] == "workitem" ? AzureWorkItems.OfEvent(told, record, name)
            : name is not ("git.push" or "git.pullrequest.created" or "git.pullrequest.updated" or "git.pullrequest.merged" or Comment) ? null
            : OfRepository(told, record) is not { } ours ? Thin(told, record, name)
            : name == "git.push" ? AzureRecords.OfPush(ours, record)
            : AzureRecords.OfPull(ours, record) with { Opened = name == "git.pullrequest.created" };
    }

    /// <param name="kind">pull_request, push or work_item.</param>
    /// <param name="record">What the API answers of it.</param>
    /// <param name="site">Address and organization.</param>
    /// <param name="toldAt">The time of the event: pull requests carry none.</param>
    public static ForgeTold? OfAnswer(string kind, JsonElement record, string site, DateTimeOffset toldAt)
    {
        var told = new ForgeTold { Provider = "azure_devops", SiteKey = JiraSettings.SiteKey(site), At = toldAt };
        if (kind == WorkItem)
            return told with { Ticket = AzureWorkItems.Read(record, toldAt) };
        return OfRepository(told, record) is { } ours
            ? (kind == Push ? AzureRecords.OfPush(ours, record) : AzureRecords.OfPull(ours, record)) with { Missing = null }
            : null;
    }

    // Details that are switched off leave the number alone.
    private static ForgeTold? Thin(ForgeTold told, JsonElement record, string name) =>
        record.At("repository").ValueKind is JsonValueKind.Undefined && name != "git.push" && record.Count("pullRequestId") is { } pull
            ? told with { Missing = new ForgeRecord(PullRequest, $"{pull}") }
            : null;

    private static ForgeTold? OfRepository(ForgeTold told, JsonElement record)
    {
        var repository = record.At("repository");
        if (repository.Text("id") is not { } id || !Guid.TryParse(id, out _) || repository.Text("name") is not { } name)
            return null;
        var full = repository.Text("project", "name") is { } project ? $"{project}/{name}" : name;
        return told with
        {
            Repository = new ForgeRepository(
                Number(id), full, ForgeJson.BranchOf(repository.Text("defaultBranch")), repository.Text("webUrl") ?? repository.Text("remoteUrl")) { Names = [id, name, full] },
        };
    }

    // Its id is no number; the tables know repositories by one.
    private static long Number(string id) =>
        BinaryPrimitives.ReadInt64LittleEndian(SHA256.HashData(Encoding.UTF8.GetBytes(id.ToLowerInvariant()))) & long.MaxValue;
}
