using System.Diagnostics;
using System.Text.Json;
using Hub.SharedKernel.Data;
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
    SenderProof proof, FirstContact firstContact, InboundLimits limits, InboxWriter inbox, PayloadBudget budget, WebhookOptions options,
    PublicAddress publicAddress, TimeProvider time)
{
    public async Task<IResult> Receive(HttpContext http, Address address)
    {
        var (delivery, answer) = await Read(http, address);
        if (delivery is null)
            return answer!;
        var receipt = await inbox.Store(delivery);
        WebhookMetrics.Received(delivery.IntegrationType, receipt.Duplicate);
        return answer ?? (receipt.Duplicate
            ? TypedResults.Ok(new Answer(receipt.Id, "duplicate"))
            : TypedResults.Accepted((string?)null, new Answer(receipt.Id, "accepted")));
    }

    /// <summary>While a delivery waits for its commit it holds no more than what is stored: the body and what was read of it are given back before.</summary>
    /// <returns>What to store; an answer that the provider wants instead of ours.</returns>
    private async Task<(Delivery? Delivery, IResult? Answer)> Read(HttpContext http, Address address)
    {
        var request = http.Request;
        limits.RequireAddress(http, address.Provider);
        inbox.RequireRoom();
        if (await firstContact.Echo(request, address, http.RequestAborted) is { } echo)
            return (null, echo);
        var encoding = request.Headers.ContentEncoding.ToString();
        Payload.RequireKnown(encoding);
        using var body = await Body.Read(request, options.MaxPayloadBytes, budget, http.RequestAborted);
        if (await firstContact.TakeSecret(request, address, body.Bytes, http.RequestAborted) is { } taken)
            return (null, taken);

        using var hint = address.Shared ? Peek(body.Bytes, encoding, request.ContentType) : null;
        var sender = await proof.Find(address, CallOf(request), request.Headers, body.Bytes, hint?.RootElement, http.RequestAborted);
        limits.RequireSource(sender);

        if (body.Bytes.IsEmpty && !sender.Scheme.EmptyBody)
            throw new InvalidException("$", "is empty, and JSON is due", "malformed_json");
        using var parsed = hint is null ? Parse(body.Bytes, encoding, request.ContentType) : null;
        var json = (hint ?? parsed)!.RootElement;
        var handshake = Handshake.For(sender.Scheme.Handshake, json);
        return (
            handshake is { Store: false } ? null : Describe(sender, request, json, body.Bytes.Span),
            handshake is null ? null : TypedResults.Bytes(handshake.Bytes, handshake.ContentType));
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
            DeliveryFacts.Of(scheme, fields, request.Headers, json, sent),
            Deflated.Of(sent), sent.Length, KeptHeaders.Of(request.Headers, scheme, fields), now, Activity.Current?.Id);
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
