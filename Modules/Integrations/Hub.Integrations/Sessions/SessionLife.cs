namespace Hub.Integrations.Sessions;

/// <summary>How long a session lasts: eight hours after its last use, a day in any case.</summary>
internal static class SessionLife
{
    public static readonly TimeSpan Idle = TimeSpan.FromHours(8);
    public static readonly TimeSpan Whole = TimeSpan.FromHours(24);
}
