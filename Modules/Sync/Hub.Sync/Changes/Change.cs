using System.Text.Json.Serialization;
using Hub.Sync.Tickets;

namespace Hub.Sync.Changes;

/// <summary>Something that happened to a record.</summary>
/// <param name="Cursor">Its place in the feed.</param>
/// <param name="RecordType">ticket, pull_request, commit, release, branch...; integration when it and all its records are gone.</param>
/// <param name="RecordId">The record's id.</param>
/// <param name="Key">What people call it.</param>
/// <param name="Happened">created (or back again), updated or deleted.</param>
/// <param name="Version">The record's version since then.</param>
/// <param name="ChangedAt">When the hub stored it.</param>
/// <param name="IntegrationId">Whose record.</param>
/// <param name="ScopeId">Where it belongs.</param>
/// <param name="Record">A ticket as it is now, which may be newer than this change; null for other records and when it is gone altogether.</param>
internal sealed record Change(
    string Cursor, string RecordType, string RecordId, string? Key, [property: JsonPropertyName("change")] string Happened, long? Version,
    DateTimeOffset ChangedAt, long IntegrationId, long ScopeId, Ticket? Record)
{
    internal const string Ticket = "ticket";
}
