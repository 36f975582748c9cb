using System.Diagnostics;
using System.Text.Json;
using Hub.SharedKernel.Http;
using Hub.SharedKernel.Problems;
using Hub.Webhooks.Verification;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Hub.Webhooks.Inbound;

/// <summary>
/// Takes a delivery in: reads it once, proves who sent it over the bytes as they came, makes it durable, and only then answers. Nothing of a
/// delivery that nobody proves is stored, and nothing in it can make this fail.
/// </summary>
internal sealed class Intake(
    SenderProof proof, InboxWriter inbox, PayloadBudget budget, WebhookOptions options, PublicAddress publicAddress, TimeProvider time)
{
    public async Task<IResult> Receive(HttpContext http, Address address)
    {
        var request = http.Request;
        var encoding = request.Headers.ContentEncoding.ToString();
        Payload.RequireKnown(encoding);
        using var body = await Body.Read(request, options.MaxPayloadBytes, budget, http.RequestAborted);

        using var hint = address.Shared ? Peek(body.Bytes, encoding, request.ContentType) : null;
        var sender = await proof.Find(address, CallOf(request), request.Headers, body.Bytes, hint?.RootElement, http.RequestAborted);

        using var parsed = hint is null ? Parse(body.Bytes, encoding, request.ContentType) : null;
        var json = (hint ?? parsed)!.RootElement;
        var handshake = Handshake.For(sender.Scheme.Handshake, json);
        if (handshake is { Store: false })
            return TypedResults.Bytes(handshake.Bytes, handshake.ContentType);

        var receipt = await inbox.Store(Describe(sender, request, json, body.Bytes.Span));
        WebhookMetrics.Received(sender.Integration.Type, receipt.Duplicate);
        return handshake is not null ? TypedResults.Bytes(handshake.Bytes, handshake.ContentType)
            : receipt.Duplicate ? TypedResults.Ok(new Answer(receipt.Id, "duplicate"))
            : TypedResults.Accepted((string?)null, new Answer(receipt.Id, "accepted"));
    }

    // Short addresses are rewritten on their way here; providers sign what they called.
    private SignedCall CallOf(HttpRequest request)
    {
        var target = request.HttpContext.Features.Get<IHttpRequestFeature>()?.RawTarget;
        return new SignedCall(
            request.Method, publicAddress.Of(request) + (target is ['/', ..] ? target : $"{request.PathBase}{request.Path}{request.QueryString}"));
    }

    private Delivery Describe(Sender sender, HttpRequest request, JsonElement json, ReadOnlySpan<byte> sent)
    {
        var now = time.GetUtcNow();
        var (integration, fields, scheme) = sender;
        return new Delivery(
            Guid.CreateVersion7(now), integration.Id, integration.Type, integration.ScopePath,
            DeliveryFacts.Of(scheme, fields, integration.Type, request.Headers, json, sent),
            Payload.Deflate(sent), sent.Length, KeptHeaders.Of(request.Headers, scheme, fields).ToJsonString(), now, Activity.Current?.Id);
    }

    private JsonDocument? Peek(ReadOnlyMemory<byte> sent, string encoding, string? contentType)
    {
        try
        {
            return Payload.Parse(sent, encoding, contentType, options.MaxPayloadBytes);
        }
        catch (Exception fault) when (fault is JsonException or TooLargeException)
        {
            return null;
        }
    }

    private JsonDocument Parse(ReadOnlyMemory<byte> sent, string encoding, string? contentType)
    {
        try
        {
            return Payload.Parse(sent, encoding, contentType, options.MaxPayloadBytes);
        }
        catch (JsonException fault)
        {
            var place = $"line {fault.LineNumber + 1 ?? 1}, byte {fault.BytePositionInLine + 1 ?? 1}";
            throw new InvalidException("$", $"not readable as JSON at {place}", "malformed_json");
        }
    }

    /// <param name="Id">The event's id in the inbox.</param>
    /// <param name="Status"><c>accepted</c>, or <c>duplicate</c> when it was processed before.</param>
    public sealed record Answer(Guid Id, string Status);
}
