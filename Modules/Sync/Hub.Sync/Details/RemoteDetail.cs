using System.Security.Cryptography;
using System.Text.Json;

namespace Hub.Sync.Details;

/// <summary>A comment, worklog, entry of the history or link of a ticket as its provider shows it, in clean text.</summary>
internal sealed record RemoteDetail
{
    public required string ExternalId { get; init; }
    public string? AuthorId { get; init; }
    public string? Author { get; init; }

    /// <summary>Plain text.</summary>
    public string? Body { get; init; }

    /// <summary>The same as HTML that is safe to show.</summary>
    public string? BodyHtml { get; init; }

    /// <summary>What else belongs to its kind: a JSON object.</summary>
    public string Data { get; init; } = "{}";
    public DateTimeOffset? RemoteCreatedAt { get; init; }
    public DateTimeOffset? RemoteUpdatedAt { get; init; }

    /// <summary>Over what it means. Its HTML is left out: it differs with the form in which the provider sends the same text.</summary>
    public byte[] Hash() => SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(new object?[]
    {
        AuthorId, Author, Body, Data, RemoteCreatedAt?.ToUnixTimeMilliseconds(), RemoteUpdatedAt?.ToUnixTimeMilliseconds(),
    }));
}

/// <summary>What was read of one ticket.</summary>
/// <param name="TicketId">The hub's id.</param>
/// <param name="Details">What could be read.</param>
/// <param name="Whole">All there is: what is not among them is gone.</param>
/// <param name="Unreadable">How many could not be read.</param>
internal sealed record TicketDetails(long TicketId, IReadOnlyList<RemoteDetail> Details, bool Whole, int Unreadable = 0);

/// <summary>Whose details are written, and what speaks for them.</summary>
/// <param name="IntegrationId">The integration.</param>
/// <param name="ScopePath">Its scope path.</param>
/// <param name="Kind">comment, worklog, changelog or link.</param>
/// <param name="ByWalk">Read from the provider now; otherwise an event tells what was so when it was sent.</param>
/// <param name="SeenAt">The hub's clock before it was asked for, or when the event came in.</param>
internal sealed record DetailSource(long IntegrationId, IReadOnlyList<long> ScopePath, string Kind, bool ByWalk, DateTimeOffset SeenAt);
