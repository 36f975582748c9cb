using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Serialization;
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
        var (deliveries, answer) = await Read(http, address);
        if (deliveries is [])
            return answer!;
        var receipts = await inbox.Store(deliveries);
        foreach (var receipt in receipts)
            WebhookMetrics.Received(deliveries[0].IntegrationType, receipt.Duplicate);
        var ids = receipts.Count > 1 ? receipts.Select(receipt => receipt.Id).ToArray() : null;
        return answer ?? (receipts.All(receipt => receipt.Duplicate)
            ? TypedResults.Ok(new Answer(receipts[0].Id, "duplicate", ids))
            : TypedResults.Accepted((string?)null, new Answer(receipts[0].Id, "accepted", ids)));
    }

    /// <summary>While a delivery waits for its commit it holds no more than what is stored: the body and what was read of it are given back before.</summary>
    /// <returns>What to store, empty for nothing; an answer that the provider wants instead of ours.</returns>
    private async Task<(IReadOnlyList<Delivery> Deliveries, IResult? Answer)> Read(HttpContext http, Address address)
    {
        var request = http.Request;
        limits.RequireAddress(http, address.Provider);
        inbox.RequireRoom();
        if (await firstContact.Echo(request, address, http.RequestAborted) is { } echo)
            return ([], echo);
        var encoding = request.Headers.ContentEncoding.ToString();
        Payload.RequireKnown(encoding);
        using var body = await Body.Read(request, options.MaxPayloadBytes, budget, http.RequestAborted);
        if (await firstContact.TakeSecret(request, address, body.Bytes, http.RequestAborted) is { } taken)
            return ([], taken);

        using var hint = address.Shared ? Peek(body.Bytes, encoding, request.ContentType) : null;
        var sender = await proof.Find(address, CallOf(request), request.Headers, body.Bytes, hint?.RootElement, http.RequestAborted);
        limits.RequireSource(sender);

        if (body.Bytes.IsEmpty && !sender.Scheme.EmptyBody)
            throw new InvalidException("$", "is empty, and JSON is due", "malformed_json");
        using var parsed = hint is null ? Parse(body.Bytes, encoding, request.ContentType) : null;
        var json = (hint ?? parsed)!.RootElement;
        var handshake = Handshake.For(sender.Scheme.Handshake, json);
        return (
            handshake is { Store: false } ? [] : Describe(sender, request, json, body.Bytes.Span),
            handshake is null ? null : TypedResults.Bytes(handshake.Bytes, handshake.ContentType));
    }

    // Short addresses are rewritten on their way here; providers sign what they called.
    private SignedCall CallOf(HttpRequest request)
    {
        var target = request.HttpContext.Features.Get<IHttpRequestFeature>()?.RawTarget;
        return new SignedCall(
            request.Method, publicAddress.Of(request) + (target is ['/', ..] ? target : $"{request.PathBase}{request.Path}{request.QueryString}"));
    }

    private IReadOnlyList<Delivery> Describe(Sender sender, HttpRequest request, JsonElement json, ReadOnlySpan<byte> sent)
    {
        if (Entries.Of(sender.Scheme, json) is not { Count: > 0 } entries)
            return [Describe(sender, request.Headers, Kept(sender, request.Headers), json, sent)];
        var headers = Entries.Headers(request.Headers);
        var kept = Kept(sender, headers);
        return [.. entries.Select(entry => Describe(sender, headers, kept, entry, JsonMarshal.GetRawUtf8Value(entry)))];
    }

    private static string Kept(Sender sender, IHeaderDictionary headers) => KeptHeaders.Of(headers, sender.Scheme, sender.Fields);

    private Delivery Describe(Sender sender, IHeaderDictionary headers, string kept, JsonElement json, ReadOnlySpan<byte> sent)
    {
        var now = time.GetUtcNow();
        var (integration, fields, scheme) = sender;
        return new Delivery(
            Guid.CreateVersion7(now), integration.Id, integration.Type, integration.ScopePath,
            DeliveryFacts.Of(scheme, fields, headers, json, sent),
            Deflated.Of(sent), sent.Length, kept, now, Activity.Current?.Id);
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

    /// <param name="Id">The event's id in the inbox; of several the first one's.</param>
    /// <param name="Status"><c>accepted</c>, or <c>duplicate</c> when it was processed before, and of several all were.</param>
    /// <param name="Ids">The events of a delivery that brought several, in their order; absent otherwise.</param>
    public sealed record Answer(
        Guid Id, string Status, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<Guid>? Ids = null);
}
