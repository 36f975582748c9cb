using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Hub.Webhooks.Verification;
using Microsoft.AspNetCore.Http;

namespace Hub.Webhooks.Inbound;

/// <summary>What a proven delivery is about.</summary>
/// <param name="EventType">
/// The provider's own name, such as <c>jira:issue_updated</c> or <c>pull_request.opened</c>; <c>unknown</c> where it gives none.
/// </param>
/// <param name="DeliveryId">The provider's id, the same when it repeats itself; else a hash of the body.</param>
/// <param name="EntityKey">Events of the same thing are processed in the order they came; null where order does not matter.</param>
internal sealed partial record DeliveryFacts(string EventType, string DeliveryId, string? EntityKey)
{
    private const int MaxLength = 200;

    public static DeliveryFacts Of(
        WebhookScheme scheme, SenderFields fields, string type, IHeaderDictionary headers, JsonElement json, ReadOnlySpan<byte> sent)
    {
        var eventType = Value(scheme.EventType, fields, headers, json) ?? "unknown";
        if (scheme.EventType?.Action is { } path && JsonMember.Text(json, path) is { } action)
            eventType = $"{eventType}.{action}";
        var id = Value(scheme.DeliveryId, fields, headers, json);
        return new DeliveryFacts(
            Storable(eventType.Length <= MaxLength ? eventType : eventType[..MaxLength]),
            id is null ? "sha256:" + Convert.ToHexStringLower(SHA256.HashData(sent)) : Bounded(id),
            EntityOf(type, json) is { } entity ? Bounded(entity) : null);
    }

    private static string? Value(ValueRule? rule, SenderFields fields, IHeaderDictionary headers, JsonElement json)
    {
        if (rule is null)
            return null;
        if (rule.Field is { } field)
            return fields.Setting(field) is not { } place ? null : place[0] is '$' ? JsonMember.Text(json, place) : Header(headers, place);
        return (rule.Header is null ? null : Header(headers, rule.Header)) ?? (rule.Body is null ? null : JsonMember.Text(json, rule.Body));
    }

    private static string? Header(IHeaderDictionary headers, string names) =>
        names.Split('|').Select(name => headers[name].ToString()).FirstOrDefault(value => value.Length > 0);

    private static string? EntityOf(string type, JsonElement json) => type switch
    {
        "jira" => JsonMember.Text(json, "$.issue.id|$.worklog.issueId")
            ?? (JsonMember.Text(json, "$.comment.self") is { } self && IssueInAddress().Match(self) is { Success: true } match ? match.Groups[1].Value : null),
        "github" or "github_repos" or "github_app" => JsonMember.Text(json, "$.repository.full_name")?.ToLowerInvariant(),
        _ => null,
    };

    // Long values would not fit an index; PostgreSQL texts hold no zero.
    private static string Bounded(string value) =>
        value.Length <= MaxLength ? Storable(value) : "sha256:" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(value)));

    private static string Storable(string value) => value.Replace("\0", "", StringComparison.Ordinal);

    [GeneratedRegex("/issue/([0-9]+)/")]
    private static partial Regex IssueInAddress();
}
