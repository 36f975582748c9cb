using System.Text.Json;
using Hub.Integrations.Connections;
using Hub.Integrations.Health;
using Hub.Integrations.Integrations;
using Hub.SharedKernel.Http;
using Hub.SharedKernel.Outbound;

namespace Hub.Integrations.ConnectionTests.Webhook;

/// <summary>Outbound: sends a <c>hub.test</c> message as real ones are sent. Inbound only: nobody can be called, so only the configuration is judged.</summary>
internal sealed class WebhookConnectionTest(TimeProvider time) : IConnectionTest
{
    public string Type => "webhook";

    public async Task<Finding> Run(EffectiveConfiguration subject, TestProbe probe, CancellationToken ct)
    {
        if (subject.Settings.Text("direction") is "inbound")
            return Inbound(subject, probe);
        probe.Passed("config", $"Sends to {new Uri(subject.Settings.Text("url")!).Host}");
        var response = await probe.Connect("auth", Message(subject), ct);
        var took = response.Elapsed.TotalMilliseconds;
        if (Refusal(response) is { } refusal)
            throw probe.Failed("auth", refusal.Reason, refusal.Message, took);
        probe.Passed("auth", $"Accepted with HTTP {response.Status}", took);
        return new Finding($"The test message was accepted with HTTP {response.Status}.", $"HTTP {response.Status}", took, null);
    }

    private static Finding Inbound(EffectiveConfiguration subject, TestProbe probe)
    {
        const string waiting = "Configured. Waiting for a signed delivery.";
        var scheme = subject.Settings.Text("signing_scheme");
        if (scheme is not "none" && subject.Secret("secret") is null)
            throw probe.Failed("config", FailureReason.Config, $"No secret is set, so every delivery would be refused: signing_scheme is {scheme}.");
        var message = scheme is "none" ? "Configured without signatures: whoever knows the address can deliver. Waiting for a delivery." : waiting;
        probe.Passed("config", message);
        return new Finding(message, null, null, null);
    }

    private OutboundRequest Message(EffectiveConfiguration subject)
    {
        var now = time.GetUtcNow();
        var body = JsonSerializer.SerializeToUtf8Bytes(new { type = "hub.test", timestamp = now, data = new { } }, HubJson.Options);
        var headers = WebhookHeaders.Of(subject.Settings, subject.Secret);
        foreach (var (name, value) in WebhookSignature.Of(subject.Settings, subject.Secret("secret"), body, Guid.CreateVersion7(now), now))
            headers[name] = value;
        return new OutboundRequest
        {
            Method = new HttpMethod(subject.Settings.Text("method") ?? "POST"),
            Url = new Uri(subject.Settings.Text("url")!),
            Headers = headers,
            Body = body,
            ContentType = "application/json",
        };
    }

    /// <returns>Why the target did not accept; null when it did.</returns>
    public static (string Reason, string Message)? Refusal(OutboundResponse response) => response.Status switch
    {
        >= 200 and < 300 => null,
        401 => (FailureReason.Auth, "The target refused the credentials or the signature (HTTP 401)."),
        403 => (FailureReason.Permission, "The target does not let these credentials in (HTTP 403)."),
        404 or 410 => (FailureReason.NotFound, $"There is nothing at the target address (HTTP {response.Status})."),
        429 => (FailureReason.RateLimited, "The target is throttling (HTTP 429); try again later."),
        >= 300 and < 400 => (FailureReason.Config, $"The target redirects to {Target(response)}: set the final address."),
        < 500 => (FailureReason.ProviderError, $"The target refused the test message with HTTP {response.Status}."),
        _ => (FailureReason.ProviderError, $"The target failed with HTTP {response.Status}."),
    };

    private static string Target(OutboundResponse response) =>
        Uri.TryCreate(response.FinalUrl, response.Header("Location") ?? "", out var target) ? target.GetLeftPart(UriPartial.Path) : "another address";
}
