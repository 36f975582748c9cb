using System.Globalization;
using System.Text.Json;
using Hub.Sync.Github.Api;
using Hub.Sync.Github.Streams;
using Hub.Sync.Providers;

namespace Hub.Sync.Github.WorkflowRuns;

/// <summary>A run of a workflow (GitHub Actions), as its last attempt left it.</summary>
internal sealed record WorkflowRunRow : RemoteRow
{
    public required long ExternalId { get; init; }
    public long? WorkflowId { get; init; }
    public string? Name { get; init; }
    public string? Title { get; init; }
    public required string Event { get; init; }
    public required string Status { get; init; }
    public string? Conclusion { get; init; }
    public string? HeadBranch { get; init; }
    public required string HeadSha { get; init; }
    public required int RunNumber { get; init; }
    public required int Attempt { get; init; }
    public string? Actor { get; init; }
    public required DateTimeOffset RemoteCreatedAt { get; init; }
    public required DateTimeOffset RemoteUpdatedAt { get; init; }
    public DateTimeOffset? StartedAt { get; init; }
    public long? DurationMs { get; init; }
    public string? HtmlUrl { get; init; }

    public override string Key => ExternalId.ToString(CultureInfo.InvariantCulture);

    /// <returns>Null when the record is no run.</returns>
    public static WorkflowRunRow? Read(JsonElement record)
    {
        if (record.Number("id") is not { } id || record.Time("created_at") is not { } created)
            return null;
        var updated = record.Time("updated_at") ?? created;
        var started = record.Time("run_started_at") ?? created;
        var status = record.Text("status") ?? "unknown";
        return new WorkflowRunRow
        {
            ExternalId = id,
            WorkflowId = record.Number("workflow_id"),
            Name = record.Text("name"),
            Title = record.Text("display_title"),
            Event = record.Text("event") ?? "unknown",
            Status = status,
            Conclusion = record.Text("conclusion"),
            HeadBranch = record.Text("head_branch"),
            HeadSha = record.Text("head_sha") ?? "",
            RunNumber = record.Count("run_number") ?? 0,
            Attempt = record.Count("run_attempt") ?? 1,
            Actor = record.Text("actor", "login"),
            RemoteCreatedAt = created,
            RemoteUpdatedAt = updated,
            StartedAt = started,
            DurationMs = status == "completed" && updated >= started ? (long)(updated - started).TotalMilliseconds : null,
            HtmlUrl = record.Text("html_url"),
            Source = record,
        };
    }
}
