namespace Hub.Sync.Schedules;

/// <summary>Names of time zones as the IANA has them, the same on every machine.</summary>
internal static class ZoneName
{
    /// <summary>In the database of zones, but no zones, or another one on each machine.</summary>
    private static readonly string[] NoZones = ["localtime", "posixrules", "Factory"];

    /// <returns>Null when there is no such zone here.</returns>
    public static TimeZoneInfo? Find(string? name) =>
        name is { Length: > 0 and <= 64 } && TimeZoneInfo.TryFindSystemTimeZoneById(name, out var zone) && zone.HasIanaId
        && !NoZones.Contains(zone.Id, StringComparer.OrdinalIgnoreCase)
        && !name.StartsWith("right/", StringComparison.OrdinalIgnoreCase) && !name.StartsWith("posix/", StringComparison.OrdinalIgnoreCase)
            ? zone
            : null;
}
