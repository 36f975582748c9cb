using Hub.Sync.Contracts;

namespace Hub.Sync.Runs;

internal static class RunAnnouncements
{
    /// <summary>The run as the other modules hear of it.</summary>
    public static SyncRunChanged Announce(this SyncRun run) => new(
        run.Id, run.IntegrationId, run.ScopePath, run.SyncType.ToText(), run.Status.ToText(),
        run.Processed, run.Created, run.Updated, run.Unchanged, run.Deleted, run.Progress, run.Error);

    public static string ToText<T>(this T word) where T : struct, Enum => word.ToString().ToLowerInvariant();
}
