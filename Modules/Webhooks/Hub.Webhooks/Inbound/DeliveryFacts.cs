using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Hub.Webhooks.Verification;
using Microsoft.AspNetCore.Http;

namespace Hub.Webhooks.Inbound;

/// <summary>What a proven delivery is about.</summary>
/// <param name="EventType">
/// The provider's own name, such as <c>jira:issue_updated</c> or <c>pull_request.opened</c>; <c>unknown</c> where it gives none.
/// </param>
/// <param name="DeliveryId">The provider's id, the same when it repeats itself; else a hash of the body.</param>
/// <param name="EntityKey">Events of the same thing are processed in the order they came; null where order does not matter.</param>
internal sealed record DeliveryFacts(string EventType, string DeliveryId, string? EntityKey)
{
    private const int MaxLength = 200;

    public static DeliveryFacts Of(
        WebhookScheme scheme, SenderFields fields, IHeaderDictionary headers, JsonElement json, ReadOnlySpan<byte> sent)
    {
        var proof = scheme.RuleFor(fields);
        var rule = proof?.EventType ?? scheme.EventType;
        var eventType = Value(rule, fields, headers, json) ?? "unknown";
        if (rule?.Action is { } path && JsonMember.Text(json, path) is { } action)
            eventType = $"{eventType}.{action}";
        var id = Value(proof?.DeliveryId ?? scheme.DeliveryId, fields, headers, json);
        return new DeliveryFacts(
            Storable(eventType.Length <= MaxLength ? eventType : eventType[..MaxLength]),
            id is null ? "sha256:" + Convert.ToHexStringLower(SHA256.HashData(sent)) : Bounded(id),
            EntityOf(scheme.Entity, json) is { } entity ? Bounded(entity) : null);
    }

    private static string? Value(ValueRule? rule, SenderFields fields, IHeaderDictionary headers, JsonElement json)
    {
        if (rule is null)
            return null;
        if (rule.Field is { } field && fields.Setting(field) is { } place)
            return place[0] is '$' ? JsonMember.Text(json, place) : Header(headers, place);
        return (rule.Header is null ? null : Header(headers, rule.Header))
            ?? (rule.Body is null ? null : JsonMember.Text(json, rule.Body))
            ?? (rule.Parts is null ? null : Joined(rule.Parts, json));
    }

    private static string? Joined(IReadOnlyList<string> parts, JsonElement json)
    {
        var texts = parts.Select(part => JsonMember.Text(json, part)).ToArray();
        return texts.Contains(null) ? null : string.Join(':', texts);
    }

    private static string? Header(IHeaderDictionary headers, string names) =>
        names.Split('|').Select(name => headers[name].ToString()).FirstOrDefault(value => value.Length > 0);

    // Names of repositories and keys of projects mean the same in any case.
    private static string? EntityOf(IReadOnlyList<string> parts, JsonElement json)
    {
        var texts = parts.Select(part => JsonMember.Text(json, part)?.ToLowerInvariant()).ToArray();
        return texts is [null, ..] or [] ? null : string.Join('#', texts.OfType<string>());
    }

    // Long values would not fit an index; PostgreSQL texts hold no zero.
    private static string Bounded(string value) =>
        value.Length <= MaxLength ? Storable(value) : "sha256:" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(value)));

    private static string Storable(string value) => value.Replace("\0", "", StringComparison.Ordinal);
}
