using System.Text;
using System.Text.Json;
using Hub.Integrations.Contracts;
using Hub.SharedKernel.Problems;
using Hub.Webhooks.Verification;
using MediatR;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Hub.Webhooks.Inbound;

/// <summary>
/// What a provider sends before there is anything that could prove it, for types that declare it, and only to the address that names one integration: the
/// secret that proves what follows, taken once while none is set; or a parameter that it wants to read back.
/// </summary>
internal sealed class FirstContact(SenderCache senders, IServiceScopeFactory scopes, WebhookOptions options)
{
    private const int MaxSecret = 512;
    private const int MaxEcho = 2048;

    /// <summary>A first message holds little more than the secret.</summary>
    private const int MaxBody = 64 * 1024;

    /// <returns>The answer; null when the delivery is none of this kind.</returns>
    public async Task<IResult?> Echo(HttpRequest request, Address address, CancellationToken ct)
    {
        if (!request.QueryString.HasValue || await Sender(address, ct) is not { Scheme.Handshake: { Kind: "query_echo", Signed: false, Parameter: { } name } })
            return null;
        if (request.Query[name] is not [{ Length: > 0 and <= MaxEcho } value])
            return null;
        // As text that no browser takes for anything else: the value is the caller's own.
        request.HttpContext.Response.Headers.XContentTypeOptions = "nosniff";
        request.HttpContext.Response.Headers.ContentSecurityPolicy = "sandbox; default-src 'none'";
        return TypedResults.Text(value, "text/plain", Encoding.UTF8);
    }

    /// <returns>The answer; null when it brings no secret, or one is set already: then only a proof counts.</returns>
    public async Task<IResult?> TakeSecret(HttpRequest request, Address address, ReadOnlyMemory<byte> body, CancellationToken ct)
    {
        if (await Sender(address, ct) is not { Scheme.Handshake: { Kind: "store_secret", Signed: false, SecretField: { } field } rule } sender
            || sender.Fields.Secret(field) is not null || SecretIn(rule, request, body) is not { } secret)
            return null;
        await using var scope = scopes.CreateAsyncScope();
        if (!await scope.ServiceProvider.GetRequiredService<IMediator>().Send(new TakeHandshakeSecret(sender.Integration.Id, field, secret), ct))
            return null;
        if (rule.Header is { } header)
            request.HttpContext.Response.Headers[header] = secret;
        return TypedResults.Ok();
    }

    private async Task<Sender?> Sender(Address address, CancellationToken ct) =>
        address is { ByToken: true, Questions: [var question] } && (await senders.Find(question, fresh: false, ct)).Senders is [var only] ? only : null;

    private string? SecretIn(HandshakeRule rule, HttpRequest request, ReadOnlyMemory<byte> body)
    {
        var given = rule.Header is { } header ? request.Headers[header] is [{ } line] ? line : null : InBody(rule, request, body);
        return given is { Length: > 0 and <= MaxSecret } && given.All(character => character is > ' ' and < '\u007f') ? given : null;
    }

    private string? InBody(HandshakeRule rule, HttpRequest request, ReadOnlyMemory<byte> body)
    {
        try
        {
            using var json = Payload.Parse(body, request.Headers.ContentEncoding, request.ContentType, Math.Min(options.MaxPayloadBytes, MaxBody));
            return rule is { Value: { } path, When: { } when } && when.Holds(JsonMember.Find(json.RootElement, when.Path))
                ? JsonMember.Text(json.RootElement, path)
                : null;
        }
        catch (Exception fault) when (fault is JsonException or TooLargeException)
        {
            return null;
        }
    }
}
