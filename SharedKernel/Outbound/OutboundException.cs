namespace Hub.SharedKernel.Outbound;

/// <summary>What stopped an outbound call. An answer with any status, 500 included, is not a failure but a response.</summary>
public enum OutboundReason
{
    /// <summary>The name has no address.</summary>
    Dns,

    /// <summary>The address may not be called from here.</summary>
    AddressPolicy,

    /// <summary>No address of the host accepted a connection.</summary>
    Connect,

    /// <summary>No secure channel: bad certificate, or the peer does not speak TLS.</summary>
    Tls,

    /// <summary>The call's own time was over. The caller's cancellation stays an <see cref="OperationCanceledException"/>.</summary>
    Timeout,

    /// <summary>Body or headers larger than the limit.</summary>
    TooLarge,

    /// <summary>A redirect that is not followed: too many, downgraded, or to something that is no web address.</summary>
    Redirect,

    /// <summary>The connection broke, or the answer is no valid HTTP.</summary>
    Protocol,

    /// <summary>The URL is not an absolute http or https URL without user information.</summary>
    InvalidUrl,

    /// <summary>A header's name or value cannot be sent.</summary>
    InvalidHeader,
}

/// <summary>
/// An outbound call that brought no response. The message is meant for people: it names at most host and path, says the way out where there is one,
/// and carries no query, header, body or secret. There is no inner exception, because the ones of the platform quote what peers send.
/// </summary>
public sealed class OutboundException(OutboundReason reason, string message) : Exception(message)
{
    public OutboundReason Reason { get; } = reason;
}
