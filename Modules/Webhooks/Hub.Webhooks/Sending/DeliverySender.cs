using System.Diagnostics;
using System.Text;
using Hub.SharedKernel.Outbound;
using Hub.Webhooks.Endpoints;

namespace Hub.Webhooks.Sending;

/// <summary>A delivery that was made.</summary>
internal sealed record SentDelivery(DeliveryClaim Claim, DeliveryOutcome Outcome, DateTimeOffset StartedAt, double DurationMs)
{
    public override string ToString() => $"Delivery {Claim.Id}";
}

/// <summary>Signs a message and posts it once. Redirects are not followed; the answer is read up to a limit.</summary>
internal sealed class DeliverySender(OutboundHttp http, EndpointSecrets secrets, TimeProvider time)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);
    private const int MostAnswer = 256 * 1024;

    public async Task<SentDelivery> Send(DeliveryClaim claim, CancellationToken ct)
    {
        var (started, stamp) = (time.GetUtcNow(), Stopwatch.GetTimestamp());
        var outcome = await Post(claim, started, ct);
        return new SentDelivery(claim, outcome, started, Stopwatch.GetElapsedTime(stamp).TotalMilliseconds);
    }

    private async Task<DeliveryOutcome> Post(DeliveryClaim claim, DateTimeOffset now, CancellationToken ct)
    {
        var known = new[] { claim.Secret, claim.PreviousSecret }.OfType<string>().Select(stored => secrets.Open(claim.EndpointId, stored)).OfType<string>().ToArray();
        if (known.Length == 0)
            return DeliveryOutcome.Unsendable("The signing secret cannot be decrypted any more: rotate it.");
        var body = Encoding.UTF8.GetBytes(claim.Payload);
        try
        {
            var response = await http.Send(new OutboundRequest
            {
                Method = HttpMethod.Post,
                Url = new Uri(claim.Url),
                Headers = StandardSignature.Headers(claim.MessageId, now, body, known),
                Body = body,
                ContentType = "application/json",
                Timeout = Patience,
                MaxResponseBytes = MostAnswer,
                Secrets = known,
            }, ct);
            return DeliveryOutcome.Of(response, known, now);
        }
        catch (OutboundException fault)
        {
            return DeliveryOutcome.Of(fault);
        }
    }
}
