using System.Text.Json;
using System.Text.Json.Nodes;
using Hub.SharedKernel.Http;
using Hub.SharedKernel.Problems;

namespace Hub.Sync.Tickets;

/// <summary>
/// How far a creation is. <c>pending</c>: surely not made yet. <c>sending</c>: the call is announced, so whoever finds it so after its lease does not know.
/// <c>unknown</c>: sent, and nobody knows what became of it. <c>created</c>: the issue is there. <c>refused</c>: it was not made and will not be.
/// </summary>
internal enum CreationState
{
    Pending,
    Sending,
    Unknown,
    Created,
    Refused,
}

/// <summary>A ticket on its way to a third party. What is done with it is fenced by <see cref="LeaseToken"/>.</summary>
internal sealed record TicketCreation
{
    public required Guid Id { get; init; }
    public required long IntegrationId { get; init; }
    public required IReadOnlyList<long> ScopePath { get; init; }
    public string? Marker { get; init; }
    public required JsonObject Fields { get; init; }
    public required byte[] RequestHash { get; init; }
    public required CreationState State { get; init; }

    /// <summary>How many times it was sent.</summary>
    public int Attempts { get; init; }

    /// <summary>How many times it was looked for in vain since it was sent.</summary>
    public int Looks { get; init; }
    public DateTimeOffset? SentAt { get; init; }
    public string? ExternalId { get; init; }
    public string? Key { get; init; }

    /// <summary>Set once the issue is stored here.</summary>
    public long? TicketId { get; init; }
    public JsonElement? Failure { get; init; }
    public DateTimeOffset? NextAt { get; init; }
    public long LeaseToken { get; init; }
    public long? CallerKeyId { get; init; }
    public long? CallerUserId { get; init; }
    public required string CallerName { get; init; }
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset UpdatedAt { get; init; }

    public CreationFailure? Failed => Failure is { ValueKind: JsonValueKind.Object } failure ? failure.Deserialize<CreationFailure>(HubJson.Options) : null;

    internal const string Columns = """
        id, integration_id, scope_path, marker, fields, request_hash, state, attempts, looks, sent_at, external_id, key, ticket_id, failure, next_at,
        lease_token, caller_key_id, caller_user_id, caller_name, created_at, updated_at
        """;
}

/// <summary>Why a creation came to nothing, as its caller is told.</summary>
/// <param name="Status">HTTP status.</param>
/// <param name="Code">Stable and machine-readable.</param>
/// <param name="Detail">For people, redacted.</param>
/// <param name="Errors">By place in the request.</param>
/// <param name="RetryAfterSeconds">How long to wait before trying again.</param>
/// <param name="Passing">The same request may succeed later.</param>
internal sealed record CreationFailure(
    int Status, string Code, string Detail, IReadOnlyDictionary<string, string[]>? Errors, double? RetryAfterSeconds, bool Passing)
{
    public static CreationFailure Of(HubException told, bool passing) => new(
        told.Status, told.Code, told.Message, told.Extensions.GetValueOrDefault("errors") as IReadOnlyDictionary<string, string[]>, told.RetryAfter?.TotalSeconds, passing);

    public JsonElement ToJson() => JsonSerializer.SerializeToElement(this, HubJson.Options);

    public HubException ToException(Guid creation)
    {
        var extensions = new Dictionary<string, object?> { ["creation_id"] = creation };
        if (Errors is not null)
            extensions["errors"] = Errors;
        var wait = RetryAfterSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : (TimeSpan?)null;
        return Status switch
        {
            409 => new ConflictException(Code, Detail) { Extensions = extensions },
            429 => new TooManyRequestsException(Detail) { Extensions = extensions, RetryAfter = wait },
            _ => new UpstreamException(Status, Code, Detail) { Extensions = extensions, RetryAfter = wait },
        };
    }
}
