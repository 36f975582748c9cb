using Hub.SharedKernel.Problems;
using Hub.Sync.Providers;

namespace Hub.Sync.Jira.Writing;

/// <summary>What a caller is told of a write that Jira did not do, or of which nobody knows whether it did.</summary>
internal static class JiraProblems
{
    private static readonly Dictionary<string, object?> None = [];

    /// <param name="failure">A refusal, a failure or an unknown outcome.</param>
    /// <param name="names">Turns Jira's field ids into places in the request.</param>
    /// <param name="extensions">Further members of the problem.</param>
    public static HubException Of(Exception failure, FieldNames names, IReadOnlyDictionary<string, object?>? extensions = null) => failure switch
    {
        JiraRefusal refusal => new UpstreamException(422, "upstream_refused", refusal.Message)
        {
            Extensions = refusal.Fields.Count == 0 ? extensions ?? None : new Dictionary<string, object?>(extensions ?? None)
            {
                ["errors"] = refusal.Fields.ToDictionary(field => names.PathOf(field.Key), field => new[] { field.Value }),
            },
        },
        OutcomeUnknown unknown => new UpstreamException(504, "outcome_unknown", $"{unknown.Message} It may have been done.") { Extensions = extensions ?? None },
        ProviderFailure known => Of(known, extensions),
        _ => throw new ArgumentException(failure.GetType().Name, nameof(failure)),
    };

    public static HubException Of(ProviderFailure failure, IReadOnlyDictionary<string, object?>? extensions = null)
    {
        extensions ??= None;
        return failure.Reason switch
        {
            "rate_limited" => new TooManyRequestsException(failure.Message) { RetryAfter = failure.RetryAfter ?? TimeSpan.FromSeconds(30), Extensions = extensions },
            "auth" => new ConflictException("integration_unhealthy", failure.Message) { Extensions = extensions },
            "permission" or "not_found" => new UpstreamException(422, "upstream_refused", failure.Message) { Extensions = extensions },
            "timeout" => new UpstreamException(504, "upstream_timeout", failure.Message) { Extensions = extensions },
            _ => new UpstreamException(502, "upstream_failed", failure.Message) { RetryAfter = failure.RetryAfter, Extensions = extensions },
        };
    }
}
