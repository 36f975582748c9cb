using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Hub.SharedKernel.Cryptography;

namespace Hub.Webhooks.Tests.Inbound;

/// <summary>A provider as it sends: how an integration of it is configured, and what it puts beside a body. Signed here with the framework alone.</summary>
/// <param name="Name">Of the case.</param>
/// <param name="Type">The integration type.</param>
/// <param name="SecretField">Where its secret goes.</param>
/// <param name="Secret">The secret.</param>
/// <param name="Settings">All else that must be set.</param>
/// <param name="Sign">The headers, the signature's first.</param>
internal sealed record Provider(
    string Name, string Type, string SecretField, string Secret, Dictionary<string, object> Settings, Func<Provider.Sent, (string Name, string Value)[]> Sign)
{
    private const string Key = "test-secret-0123456789";
    private const string Whsec = "whsec_dGVzdHRlc3R0ZXN0dGVzdHRlc3R0ZXN0dGVzdHRlc3Q=";
    private static readonly byte[] Seed = [.. Enumerable.Range(1, 32).Select(i => (byte)i)];

    /// <param name="Body">As sent.</param>
    /// <param name="Url">As called.</param>
    /// <param name="Secret">Signs it.</param>
    /// <param name="Id">Of the delivery.</param>
    /// <param name="At">The sender's clock.</param>
    public sealed record Sent(byte[] Body, string Url, string Secret, string Id, DateTimeOffset At)
    {
        public string Seconds => At.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);

        public string Hex(string before = "") => Convert.ToHexStringLower(Mac(before));

        public string Base64(string before = "", string after = "") => Convert.ToBase64String(Mac(before, after));

        public byte[] Content(string before, string after = "") => [.. Encoding.UTF8.GetBytes(before), .. Body, .. Encoding.UTF8.GetBytes(after)];

        private byte[] Mac(string before, string after = "") => HMACSHA256.HashData(KeyBytes, Content(before, after));

        private byte[] KeyBytes => Secret.StartsWith("whsec_d", StringComparison.Ordinal) ? Convert.FromBase64String(Secret[6..])
            : Secret.EndsWith('=') && Secret.Length == 44 && Url.Length > 0 && Teams ? Convert.FromBase64String(Secret) : Encoding.UTF8.GetBytes(Secret);

        public bool Teams { get; init; }
    }

    /// <summary>How far the signed time may be off; null where none is signed outside the body.</summary>
    public int? Tolerance { get; init; }

    /// <summary>A shared text or a token goes along: the body is not covered.</summary>
    public bool CoversBody { get; init; } = true;

    public bool Hex { get; init; }

    /// <summary>Between several signatures in one header.</summary>
    public string? Separator { get; init; }

    public string Body { get; init; } = "{\n  \"id\": \"{id}\",\n  \"type\": \"ping\"\n}";

    public string EventType { get; init; } = "ping";

    public byte[] BodyOf(string id, DateTimeOffset at) => Encoding.UTF8.GetBytes(Body.Replace("{id}", id, StringComparison.Ordinal)
        .Replace("{ms}", at.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal));

    public override string ToString() => Name;

    public static readonly Provider[] All =
    [
        Hashed("github", "github_repos", "X-Hub-Signature-256", "sha256=", ("repository", "acme/app"), ("access_token", "github-token-for-tests")) with
        {
            EventType = "push", Sign = s => [("X-Hub-Signature-256", "sha256=" + s.Hex()), ("X-GitHub-Event", "push"), ("X-GitHub-Delivery", s.Id)],
        },
        Jira("jira", "signature", s => [("X-Hub-Signature", "sha256=" + s.Hex()), ("X-Atlassian-Webhook-Identifier", s.Id)]) with { Hex = true },
        Jira("jira dynamic", "jwt", s => [("Authorization", "Bearer " + Jwt(s)), ("X-Atlassian-Webhook-Identifier", s.Id)]) with { CoversBody = false },
        Jira("jira data center, basic", "basic", s => [("Authorization", "Basic " + Basic("hook", s.Secret)), ("X-Atlassian-Webhook-Identifier", s.Id)]) with { CoversBody = false },
        new("gitlab, token", "gitlab", "webhook_token", Key, new() { ["token"] = "glpat-abcdefghij0123456789" },
            s => [("X-Gitlab-Token", s.Secret), ("X-Gitlab-Event", "Push Hook"), ("Idempotency-Key", s.Id)]) { CoversBody = false, EventType = "Push Hook" },
        Standard("gitlab, signed", "webhook", "gitlab", "webhook_signing_token", new() { ["token"] = "glpat-abcdefghij0123456789" }) with { EventType = "unknown" },
        new("slack", "slack", "signing_secret", "8f742231b10e8888abcd00eeefff85a5", new() { ["bot_token"] = "xoxb-for-tests" },
            s => [("X-Slack-Signature", "v0=" + s.Hex($"v0:{s.Seconds}:")), ("X-Slack-Request-Timestamp", s.Seconds)])
            { Tolerance = 300, Hex = true, Body = "{\n\"type\":\"event_callback\",\"event_id\":\"{id}\",\"event\":{\"type\":\"ping\"}}" },
        new("zendesk", "zendesk", "webhook_secret", "dGhpc19zZWNyZXRfaXNfZm9yX3Rlc3Rpbmdfb25seQ==",
            new() { ["subdomain"] = "acme", ["auth_type"] = "api_token", ["email"] = "a@b.c", ["api_token"] = new string('z', 40) },
            s => [("X-Zendesk-Webhook-Signature", s.Base64(Iso(s))), ("X-Zendesk-Webhook-Signature-Timestamp", Iso(s)), ("X-Zendesk-Webhook-Invocation-Id", s.Id)]) { Tolerance = 300 },
        Hashed("pagerduty", "pagerduty", "X-PagerDuty-Signature", "v1=", ("api_token", "abcdefghij0123456789")) with
        {
            Separator = ",", Body = "{\n\"event\":{\"id\":\"{id}\",\"event_type\":\"ping\"}}",
        },
        Hashed("sentry", "sentry", "Sentry-Hook-Signature", "", ("auth_token", new string('a', 64)), ("organization_slug", "acme")) with
        {
            SecretField = "client_secret", EventType = "issue",
            Sign = s => [("Sentry-Hook-Signature", s.Hex()), ("Sentry-Hook-Resource", "issue"), ("Request-ID", s.Id)],
        },
        Hashed("linear", "linear", "Linear-Signature", "", ("auth_type", "api_key"), ("api_key", "lin_api_fortests")) with
        {
            Body = "{\n\"type\":\"Issue\",\"action\":\"create\",\"webhookTimestamp\":{ms}}", EventType = "Issue.create",
            Sign = s => [("Linear-Signature", s.Hex()), ("Linear-Delivery", s.Id)], Tolerance = 60,
        },
        Hashed("notion", "notion", "X-Notion-Signature", "sha256=", ("token", "ntn_" + new string('n', 40))) with { SecretField = "webhook_verification_token" },
        new("hubspot", "hubspot", "client_secret", "yyyyyyyy-yyyy-yyyy-yyyy-yyyyyyyyyyyy".Replace('y', 'a'),
            new() { ["auth_type"] = "token", ["access_token"] = "pat-eu1-" + new string('0', 36) },
            s => [("X-HubSpot-Signature-v3", s.Base64("POST" + s.Url, Ms(s))), ("X-HubSpot-Request-Timestamp", Ms(s))])
            { Tolerance = 300, Body = "[\n{\"eventId\":\"{id}\",\"portalId\":7,\"subscriptionType\":\"ping\"}]" },
        new("azure devops", "azure_devops_repos", "webhook_password", Key,
            new() { ["organization"] = "acme", ["pat"] = new string('p', 52), ["project"] = "app", ["webhook_username"] = "hook" },
            s => [("Authorization", "Basic " + Basic("hook", s.Secret))]) { CoversBody = false, Body = "{\n\"id\":\"{id}\",\"eventType\":\"ping\"}" },
        new("teams outgoing", "microsoft_teams", "outgoing_webhook_token", "vqF0En+Z0ucuRTM/01o2GuhMH3hKKk/N2bOmlM31zaA=",
            new() { ["tenant_id"] = new string('1', 36), ["client_id"] = new string('2', 36), ["client_secret"] = "teams-client-secret" },
            s => [("Authorization", "HMAC " + (s with { Teams = true }).Base64())]),
        new("datadog, header", "datadog", "webhook_token", Key, Datadog(), s => [("X-Hub-Token", s.Secret)]) { CoversBody = false, Body = "{\n\"id\":\"{id}\",\"event_type\":\"ping\"}" },
        new("datadog, basic", "datadog", "webhook_token", Key, new(Datadog()) { ["webhook_username"] = "hook" },
            s => [("Authorization", "Basic " + Basic("hook", s.Secret))]) { CoversBody = false, Body = "{\n\"id\":\"{id}\",\"event_type\":\"ping\"}" },
        Hashed("grafana", "grafana", "X-Grafana-Alerting-Signature", "", ("base_url", "https://g.example.com"), ("service_account_token", "glsa_tests")) with
        {
            Body = "{\n\"status\":\"firing\",\"groupKey\":\"{id}\"}", EventType = "firing",
        },
        new("grafana with a time", "grafana", "webhook_secret", Key,
            new() { ["base_url"] = "https://g.example.com", ["service_account_token"] = "glsa_tests", ["webhook_timestamp_header"] = "X-Time" },
            s => [("X-Grafana-Alerting-Signature", s.Hex(s.Seconds + ":")), ("X-Time", s.Seconds)])
            { Tolerance = 300, Hex = true, Body = "{\n\"status\":\"firing\",\"groupKey\":\"{id}\"}", EventType = "firing" },
        Generic("stripe", "stripe", "whsec_test-secret-0123456789", s => [("Stripe-Signature", $"t={s.Seconds},v1={s.Hex(s.Seconds + ".")}")]) with { Tolerance = 300, Hex = true },
        Generic("shopify", "shopify", Key, s => [("X-Shopify-Hmac-SHA256", s.Base64()), ("X-Shopify-Topic", "orders/create"), ("X-Shopify-Webhook-Id", s.Id)]) with { EventType = "orders/create" },
        Generic("bitbucket", "bitbucket", Key, s => [("X-Hub-Signature", "sha256=" + s.Hex()), ("X-Event-Key", "repo:push"), ("X-Request-UUID", s.Id)]) with { EventType = "repo:push", Hex = true },
        Generic("bitbucket data center", "bitbucket_server", Key,
            s => [("X-Hub-Signature", "sha256=" + s.Hex()), ("X-Event-Key", "pr:opened"), ("X-Request-Id", s.Id)]) with { EventType = "pr:opened", Hex = true },
        Standard("standard webhooks", "webhook", "webhook", "secret", new() { ["signing_scheme"] = "standard_webhooks" }),
        Standard("svix", "svix", "webhook", "secret", new() { ["signing_scheme"] = "svix" }),
        Generic("standard webhooks, ed25519", "standard_webhooks", "whpk_" + Convert.ToBase64String(Ed25519.PublicKey(Seed)), s =>
        [
            ("webhook-signature", "v1a," + Convert.ToBase64String(Ed25519.Sign(Seed, s.Content($"{s.Id}.{s.Seconds}.")))), ("webhook-id", s.Id), ("webhook-timestamp", s.Seconds),
        ]) with { Tolerance = 300, Separator = " " },
        Generic("generic hmac", "hmac_sha256", Key, s => [("X-Signature", s.Hex()), ("webhook-id", s.Id)]) with { Hex = true },
        Generic("generic bearer", "bearer", Key, s => [("Authorization", "Bearer " + s.Secret), ("webhook-id", s.Id)]) with { CoversBody = false },
        Generic("generic token", "token_header", Key, s => [("X-Signature", s.Secret), ("webhook-id", s.Id)]) with { CoversBody = false },
        Generic("generic basic", "basic", "hook:" + Key, s => [("Authorization", "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes(s.Secret))), ("webhook-id", s.Id)]) with { CoversBody = false },
        Hashed("asana", "asana", "X-Hook-Signature", "", ("auth_type", "token"), ("access_token", "1/1234567890123456:" + new string('a', 32)), ("workspace_gid", "1")) with
        {
            Body = "{\n\"events\":[{\"action\":\"changed\",\"resource\":{\"gid\":\"{id}\",\"resource_type\":\"task\"}}]}", EventType = "task.changed",
        },
    ];

    private static Provider Hashed(string name, string type, string header, string prefix, params (string Name, object Value)[] settings) =>
        new(name, type, "webhook_secret", Key, settings.ToDictionary(setting => setting.Name, setting => setting.Value), s => [(header, prefix + s.Hex())]) { Hex = true };

    private static Provider Jira(string name, string auth, Func<Sent, (string, string)[]> sign) => new(name, "jira", "webhook_secret", Key, new()
    {
        ["base_url"] = "https://acme.atlassian.net", ["api_token"] = "jira-token-for-tests", ["webhook_auth"] = auth, ["webhook_username"] = "hook",
    }, sign) { Body = "{\n\"webhookEvent\":\"ping\",\"n\":\"{id}\"}" };

    private static Provider Generic(string name, string scheme, string secret, Func<Sent, (string, string)[]> sign) =>
        new(name, "webhook", "secret", secret, new() { ["signing_scheme"] = scheme }, sign);

    private static Provider Standard(string name, string prefix, string type, string field, Dictionary<string, object> settings) => new(name, type, field, Whsec, settings, s =>
        [($"{prefix}-signature", "v1," + s.Base64($"{s.Id}.{s.Seconds}.")), ($"{prefix}-id", s.Id), ($"{prefix}-timestamp", s.Seconds)]) { Tolerance = 300, Separator = " " };

    private static Dictionary<string, object> Datadog() => new() { ["api_key"] = new string('a', 32), ["application_key"] = new string('b', 40) };

    private static string Basic(string user, string password) => Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}"));

    private static string Ms(Sent sent) => sent.At.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture);

    private static string Iso(Sent sent) => sent.At.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);

    private static string Jwt(Sent sent)
    {
        var content = Url("""{"alg":"HS256","typ":"JWT"}""") + "." + Url($$"""{"iss":"jira","exp":{{sent.At.ToUnixTimeSeconds() + 180}}}""");
        return $"{content}.{System.Buffers.Text.Base64Url.EncodeToString(HMACSHA256.HashData(Encoding.UTF8.GetBytes(sent.Secret), Encoding.UTF8.GetBytes(content)))}";
    }

    private static string Url(string text) => System.Buffers.Text.Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text));
}
