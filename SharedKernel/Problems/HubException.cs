namespace Hub.SharedKernel.Problems;

/// <summary>
/// A refusal the client is told about. <see cref="Code"/> is stable and machine-readable; <see cref="Exception.Message"/> becomes the problem's
/// <c>detail</c> and therefore never holds a secret, SQL or a stack trace.
/// </summary>
public abstract class HubException(int status, string code, string title, string detail) : Exception(detail)
{
    public int Status { get; } = status;
    public string Code { get; } = code;
    public string Title { get; } = title;

    /// <summary>JSON path to messages; only for invalid input.</summary>
    public virtual IReadOnlyDictionary<string, string[]>? Errors => null;

    /// <summary>Sent as <c>Retry-After</c> in whole seconds.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>
    /// What was asked for may have happened although it failed: the answer is kept under its <c>Idempotency-Key</c>, so that a repetition does not do it twice.
    /// </summary>
    public bool MayHaveHappened { get; init; }

    /// <summary>Further members of the problem document (snake_case names), such as the id of the run that is in the way.</summary>
    public IReadOnlyDictionary<string, object?> Extensions { get; init; } = new Dictionary<string, object?>();
}

/// <summary>400: the input breaks a rule. Keys are JSON paths as the client wrote them.</summary>
public sealed class InvalidException(IReadOnlyDictionary<string, string[]> errors, string code = "invalid_input")
    : HubException(400, code, "The input is not valid", "See errors for each field, the rule it breaks and the way out.")
{
    public InvalidException(string path, string message, string code = "invalid_input")
        : this(new Dictionary<string, string[]> { [path] = [message] }, code) { }

    public override IReadOnlyDictionary<string, string[]> Errors { get; } = errors;
}

/// <summary>401: no or bad credentials.</summary>
public sealed class UnauthenticatedException(string code, string detail) : HubException(401, code, "Authentication failed", detail);

/// <summary>403: the caller's role does not allow it.</summary>
public sealed class ForbiddenException(string detail, string code = "forbidden") : HubException(403, code, "Not allowed", detail);

/// <summary>404: not there, or outside the caller's scope. The two look the same.</summary>
public sealed class NotFoundException(string what, string code = "not_found") : HubException(404, code, "Not found", what)
{
    public static NotFoundException Of(string kind, object id) => new($"There is no {kind} {id} that you can see.");
}

/// <summary>409: the state forbids it.</summary>
public sealed class ConflictException(string code, string detail) : HubException(409, code, "Conflict with the current state", detail);

/// <summary>410: it was there and is not kept any more; the detail says how to go on.</summary>
public sealed class GoneException(string code, string detail) : HubException(410, code, "No longer kept", detail);

/// <summary>412: <c>If-Match</c> named another version.</summary>
public sealed class PreconditionFailedException(long currentVersion)
    : HubException(412, "stale_version", "The version has moved on", $"If-Match does not name the current version, which is \"{currentVersion}\". Read it again and repeat the change.");

/// <summary>413: the body is larger than the endpoint takes.</summary>
public sealed class TooLargeException(string detail) : HubException(413, "body_too_large", "The body is too large", detail);

/// <summary>415: the media type is not one the endpoint takes.</summary>
public sealed class UnsupportedMediaException(string detail) : HubException(415, "unsupported_media_type", "Unsupported media type", detail);

/// <summary>429: the hub itself limits the caller.</summary>
public sealed class TooManyRequestsException(string detail) : HubException(429, "rate_limited", "Too many requests", detail);

/// <summary>422 refused by the third party, 502 failed or unreachable, 504 timed out. The detail is redacted by whoever throws.</summary>
public sealed class UpstreamException(int status, string code, string detail) : HubException(status, code, "The third party did not do it", detail);

/// <summary>422: a payload breaks the schema of its event type. Keys are JSON paths as the client wrote them.</summary>
public sealed class PayloadRefusedException(string eventType, IReadOnlyDictionary<string, string[]> errors)
    : HubException(422, "payload_refused", "The payload does not match its schema", $"See errors for each member of the payload that breaks the schema of {eventType}.")
{
    public override IReadOnlyDictionary<string, string[]> Errors { get; } = errors;
}

/// <summary>503: something the hub needs is away for now.</summary>
public sealed class UnavailableException(string code, string detail) : HubException(503, code, "Temporarily unavailable", detail);
