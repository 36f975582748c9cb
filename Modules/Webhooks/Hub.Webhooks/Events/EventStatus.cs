using System.Text.Json;
using Hub.SharedKernel.Problems;

namespace Hub.Webhooks.Events;

/// <summary>Where an event stands.</summary>
internal enum EventStatus
{
    Pending,
    Processing,
    Processed,

    /// <summary>Tried, and to be tried again.</summary>
    Failed,

    /// <summary>Given up after the last attempt; a replay brings it back.</summary>
    Dead,

    /// <summary>Nothing here had a use for it.</summary>
    Ignored,
}

internal static class EventStatuses
{
    private static readonly Dictionary<string, EventStatus> ByWord = Enum.GetValues<EventStatus>().ToDictionary(Word, StringComparer.Ordinal);

    public static string Word(this EventStatus status) => JsonNamingPolicy.SnakeCaseLower.ConvertName(status.ToString());

    /// <exception cref="InvalidException">It is not one of the words.</exception>
    public static EventStatus? Parse(string? word) => word is null ? null
        : ByWord.TryGetValue(word, out var status) ? status
        : throw new InvalidException("status", $"must be one of {string.Join(", ", ByWord.Keys)}");
}
