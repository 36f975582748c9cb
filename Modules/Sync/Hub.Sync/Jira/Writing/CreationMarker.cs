using System.Text.RegularExpressions;

namespace Hub.Sync.Jira.Writing;

/// <summary>
/// The label that an issue of the hub's making carries until the hub knows of it: Jira has no idempotency key, and only what can be searched for can be
/// found again after a lost answer. No ticket shows it.
/// </summary>
internal static partial class CreationMarker
{
    /// <param name="creation">A UUIDv7; its random half makes the label.</param>
    public static string Of(Guid creation) => $"hub-{creation.ToString("N")[16..]}";

    public static bool Is(string label) => Form().IsMatch(label);

    [GeneratedRegex("^hub-[0-9a-f]{16}\\z", RegexOptions.CultureInvariant)]
    private static partial Regex Form();
}
