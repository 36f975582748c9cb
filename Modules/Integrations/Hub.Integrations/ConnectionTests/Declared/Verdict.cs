using Hub.Integrations.Calls;
using Hub.Integrations.Health;
using Hub.SharedKernel.Outbound;

namespace Hub.Integrations.ConnectionTests.Declared;

/// <summary>What an answer means: first what the document says of it, then what every API means by it.</summary>
/// <param name="Ok">Whether the test goes on.</param>
/// <param name="Reason">A <see cref="FailureReason"/> when it does not.</param>
/// <param name="Message">For people; null when there is nothing to say.</param>
/// <param name="Expected">It is the answer that was hoped for, and may be read.</param>
/// <param name="Try">Another request decides.</param>
internal sealed record Verdict(bool Ok, string? Reason, string? Message, bool Expected, TestDescription? Try = null)
{
    public static Verdict Of(Answer answer, TestDescription test, string provider)
    {
        // A page of a proxy or a log-in proves nothing, whatever its status; it may only explain a failure.
        if (!answer.IsPage && answer.Fits(test.Expect))
            return new(true, null, null, true);
        if ((test.Explain ?? []).FirstOrDefault(explanation => answer.Fits(explanation) && (!explanation.Ok || !answer.IsPage)) is { } told)
            return told.Try is { } second ? new(false, null, null, false, second)
                : told.Ok ? new(true, null, told.Message, false)
                : Failed(told.Reason ?? FailureReason.ProviderError, told.Message + Words(answer));
        var (reason, message) = Usual(answer, test, provider);
        return Failed(reason, message);
    }

    private static (string Reason, string Message) Usual(Answer answer, TestDescription test, string provider) => answer.Status switch
    {
        401 => (FailureReason.Auth, $"{provider} refused the credential: it is wrong, expired or revoked (HTTP 401).{Words(answer)}"),
        429 => (FailureReason.RateLimited,
            $"{provider} is throttling (HTTP 429); nothing is known to be wrong with the credential. Try again later.{Words(answer)}"),
        >= 500 => (FailureReason.ProviderError, $"{provider} failed with HTTP {answer.Status}.{Words(answer)}"),
        >= 300 and < 400 => (FailureReason.Config,
            $"The address redirects to {Target(answer.Response)}: it is a log-in page, or another address is meant."),
        _ when answer.IsPage => (FailureReason.ProviderError,
            $"A web page came where {provider}'s API should answer (HTTP {answer.Status}): a proxy or a log-in page is in the way, "
            + "or the address is not the API's."),
        403 => (FailureReason.Permission, $"The credential is known to {provider} but may not read this (HTTP 403).{Words(answer)}"),
        404 or 410 => (FailureReason.NotFound,
            $"{provider} does not find this (HTTP {answer.Status}): the address or an id is wrong, or it is not shared with the credential.{Words(answer)}"),
        _ when !answer.HasStatus(test.Expect.Status) => (FailureReason.ProviderError,
            $"{provider} answered HTTP {answer.Status}, which is not what its API answers here.{Words(answer)}"),
        _ when answer.Body is null => (FailureReason.ProviderError, $"{provider} answered HTTP {answer.Status} without JSON: check the address."),
        _ => Unmet(answer, test, provider),
    };

    // A value that is there and says no is a refusal; one that is missing means that somebody else answers.
    private static (string Reason, string Message) Unmet(Answer answer, TestDescription test, string provider)
    {
        var unmet = test.Expect.Json!.First(condition => !answer.Holds(condition));
        return unmet.Exists is true
            ? (FailureReason.ProviderError,
                $"{provider} answered HTTP {answer.Status} without {unmet.Path}: the address answers, but not as its API does.{Words(answer)}")
            : (FailureReason.Auth, $"{provider} answered HTTP {answer.Status}, but what it says means no ({unmet.Path}).{Words(answer)}");
    }

    private static string Words(Answer answer) => answer.IsPage ? "" : ProviderWords.Complaint(answer.Response);

    private static string Target(OutboundResponse response) =>
        Uri.TryCreate(response.FinalUrl, response.Header("Location") ?? "", out var target) && target.Scheme is "https" or "http"
            ? $"{target.Host}{target.AbsolutePath}" : "another address";

    private static Verdict Failed(string reason, string message) => new(false, reason, message, false);
}
