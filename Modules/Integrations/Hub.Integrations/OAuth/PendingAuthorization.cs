using Hub.SharedKernel.Access;

namespace Hub.Integrations.OAuth;

/// <summary>An authorization that was started and not finished: what its state stands for.</summary>
internal sealed record PendingAuthorization
{
    public required byte[] StateHash { get; init; }
    public required long IntegrationId { get; init; }

    /// <summary><see cref="OAuthClient.Fingerprint"/> of the configuration it was started with.</summary>
    public required string Client { get; init; }

    /// <summary>Encrypted where it is stored.</summary>
    public required string Verifier { get; init; }
    public required string RedirectUri { get; init; }

    /// <summary>Hash of the cookie of the browser that started it; null when a program did, which hands the address to a person.</summary>
    public byte[]? BrowserHash { get; init; }
    public string? ReturnTo { get; init; }
    public bool Force { get; init; }
    /// <summary>The key that started it; null for a user of an identity provider.</summary>
    public long? CallerKeyId { get; init; }
    public long? CallerUserId { get; init; }

    /// <summary>The session it was started in: then only a session of the same person finishes it.</summary>
    public long? CallerSessionId { get; init; }
    public required DateTimeOffset ExpiresAt { get; init; }

    public bool IsOf(Caller caller) => caller.KeyId == CallerKeyId && caller.UserId == CallerUserId;

    public override string ToString() => $"Authorization of integration {IntegrationId}";
}
