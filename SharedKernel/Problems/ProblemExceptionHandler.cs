using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Hub.SharedKernel.Problems;

/// <summary>Turns whatever a request threw into a problem document. What it does not know is a 500 without detail, logged with its trace.</summary>
internal sealed partial class ProblemExceptionHandler(ILogger<ProblemExceptionHandler> log) : IExceptionHandler
{
    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        if (exception is OperationCanceledException && httpContext.RequestAborted.IsCancellationRequested)
        {
            httpContext.Response.StatusCode = 499;
            return true;
        }

        var problem = Translate(exception);
        if (problem is null)
            log.LogError(exception, "Unhandled fault in {Method} {Route}", httpContext.Request.Method, httpContext.Features.Get<IExceptionHandlerFeature>()?.Endpoint?.DisplayName ?? "(no route)");
        await ProblemWriter.Write(httpContext, problem ?? new FaultException());
        return true;
    }

    private static HubException? Translate(Exception exception) => exception switch
    {
        HubException known => known,
        BadHttpRequestException { InnerException: JsonException json } => JsonProblem.Of(json),
        BadHttpRequestException { StatusCode: 413 } bad => new TooLargeException(bad.Message),
        BadHttpRequestException { StatusCode: 415 } => new UnsupportedMediaException("Send Content-Type: application/json."),
        BadHttpRequestException bad => FromBinding(bad),
        JsonException json => JsonProblem.Of(json),
        PostgresException { SqlState: PostgresErrorCodes.CharacterNotInRepertoire or PostgresErrorCodes.UntranslatableCharacter } =>
            new InvalidException("$", "must be valid Unicode text without NUL characters"),
        _ when IsDatabaseAway(exception) => new UnavailableException("database_unavailable", "The database cannot be reached. Nothing was changed; try again shortly.")
        {
            RetryAfter = TimeSpan.FromSeconds(5),
        },
        _ => null,
    };

    private static InvalidException FromBinding(BadHttpRequestException bad)
    {
        var parameter = BoundParameter().Match(bad.Message);
        return parameter.Success
            ? new InvalidException(JsonNamingPolicy.SnakeCaseLower.ConvertName(parameter.Groups[2].Value), ExpectedValue.Of(parameter.Groups[1].Value))
            : new InvalidException("$", "a JSON body is required", "malformed_json");
    }

    internal static bool IsDatabaseAway(Exception exception) => exception switch
    {
        // FATAL ends the session: shutting down, starting up, out of connections, not accepting any.
        PostgresException postgres => postgres.InvariantSeverity is "FATAL" or "PANIC" || postgres.SqlState.StartsWith("08", StringComparison.Ordinal),
        NpgsqlException => true,
        { InnerException: { } inner } => IsDatabaseAway(inner),
        _ => false,
    };

    [GeneratedRegex("parameter \"([^\"]*?) (\\w+)\"")]
    private static partial Regex BoundParameter();

    private sealed class FaultException() : HubException(500, "internal_error", "Something went wrong inside the hub", "The fault is logged under this trace id.");
}
