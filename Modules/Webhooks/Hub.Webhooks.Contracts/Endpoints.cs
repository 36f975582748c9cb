using System.Text.Json;
using MediatR;

namespace Hub.Webhooks.Contracts;

/// <summary>Every endpoint, by id. For exports: with secrets in plain text.</summary>
public sealed record AskEndpoints : IRequest<IReadOnlyList<EndpointInfo>>;

/// <param name="Id">Its id.</param>
/// <param name="ScopeId">It is told of what happens there and below.</param>
/// <param name="Url">Where messages are posted.</param>
/// <param name="Description">What people call it.</param>
/// <param name="EventTypes">Names, or <c>ticket.*</c>; empty for all.</param>
/// <param name="Filter">An object that a message's <c>data</c> must contain.</param>
/// <param name="Enabled">Whether it is active.</param>
/// <param name="RateLimit">At most so many deliveries a second.</param>
/// <param name="Ordering">none or entity.</param>
/// <param name="Secret">Its signing secret; null when it cannot be decrypted any more, or is a private key, which never leaves the hub.</param>
/// <param name="Signature">hmac or ed25519; null for the one it has, or hmac.</param>
/// <param name="ContactEmail">Who is told of its failures.</param>
public sealed record EndpointInfo(
    long Id, long ScopeId, string Url, string? Description, IReadOnlyList<string> EventTypes, JsonElement? Filter, bool Enabled, int? RateLimit,
    string Ordering, string? Secret, string? Signature, string? ContactEmail)
{
    /// <summary>Signed with a key that the hub made and never shows.</summary>
    public bool HasPrivateKey => Signature is "ed25519";

    public override string ToString() => $"Endpoint {Id}";
}

/// <summary>Makes an endpoint, or changes the one with this id. On behalf of the current caller, with the API's own rules.</summary>
/// <param name="Endpoint">What it shall be; id 0 makes one. A secret of null makes one, or leaves the one that is there; another one is rotated in.</param>
public sealed record SetEndpoint(EndpointInfo Endpoint) : IRequest<long>;

/// <summary>Deletes an endpoint. On behalf of the current caller.</summary>
public sealed record RemoveEndpoint(long Id) : IRequest;
