using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Hub.SharedKernel.Hashing;

namespace Hub.Sync.Tickets;

/// <summary>
/// SHA-256 over everything of a ticket that is stored in columns. What a provider changes without meaning anything by it (the order of members
/// and labels, addresses of avatars, another Unicode form) does not change the hash.
/// </summary>
internal static class TicketHash
{
    /// <summary>Goes up when the hash covers something else: rows with an older one are written again when they are next met.</summary>
    public const int Version = 2;

    public static byte[] Of(RemoteTicket ticket)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        Add(buffer, ticket.ExternalId);
        Add(buffer, ticket.Key);
        Add(buffer, ticket.ProjectKey);
        Add(buffer, ticket.IssueType);
        Add(buffer, ticket.Summary);
        Add(buffer, ticket.Description);
        Add(buffer, ticket.DescriptionHtml);
        Add(buffer, ticket.Status);
        Add(buffer, ticket.StatusCategory);
        Add(buffer, ticket.Priority);
        Add(buffer, ticket.Resolution);
        Add(buffer, ticket.AssigneeId);
        Add(buffer, ticket.Assignee);
        Add(buffer, ticket.AssigneeEmail);
        Add(buffer, ticket.ReporterId);
        Add(buffer, ticket.Reporter);
        Add(buffer, ticket.Labels.Count);
        foreach (var label in ticket.Labels)
            Add(buffer, label);
        Add(buffer, ticket.DueDate?.DayNumber ?? -1);
        Add(buffer, ticket.Url);
        Add(buffer, ticket.ParentKey);
        buffer.Write(ContentHash.Of(ticket.Fields));
        Add(buffer, Microseconds(ticket.RemoteCreatedAt));
        Add(buffer, Microseconds(ticket.RemoteUpdatedAt));
        return SHA256.HashData(buffer.WrittenSpan);
    }

    // What PostgreSQL keeps of a time: two states that are stored alike must hash alike.
    private static long Microseconds(DateTimeOffset? time) => time is { } known ? known.UtcTicks / TimeSpan.TicksPerMicrosecond : -1;

    private static void Add(ArrayBufferWriter<byte> buffer, string? text)
    {
        if (text is null)
        {
            Add(buffer, -1);
            return;
        }

        var normal = text.IsNormalized() ? text : text.Normalize();
        Add(buffer, Encoding.UTF8.GetByteCount(normal));
        Encoding.UTF8.GetBytes(normal, buffer);
    }

    private static void Add(ArrayBufferWriter<byte> buffer, long number)
    {
        BinaryPrimitives.WriteInt64LittleEndian(buffer.GetSpan(sizeof(long)), number);
        buffer.Advance(sizeof(long));
    }
}
