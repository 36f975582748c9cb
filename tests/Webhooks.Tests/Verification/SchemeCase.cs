using System.Text;
using Hub.Webhooks.Verification;
using Microsoft.AspNetCore.Http;

namespace Hub.Webhooks.Tests.Verification;

/// <summary>One scheme with a good delivery; what a test changes in it must make it bad.</summary>
internal sealed record SchemeCase(string Name, WebhookScheme Scheme, SenderFields Fields, HeaderDictionary Headers, string SignatureHeader)
{
    public const string Secret = "test-secret-0123456789";
    private const string Hex = "ee6ab696adf5d91f6696530df060bea2ec73cec71644430e0cb768033d5ab33b";
    private const string WhsecKey = "whsec_dGVzdHRlc3R0ZXN0dGVzdHRlc3R0ZXN0dGVzdHRlc3Q=";
    private const string Guid = "11111111-2222-3333-4444-555555555555";

    public static readonly byte[] Body = Encoding.UTF8.GetBytes("""{"id":"evt_1","type":"ping","data":{"n":1}}""");
    public static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeSeconds(1_700_000_000);

    public string? TimestampHeader { get; init; }

    public Verdict Judge(byte[]? body = null, DateTimeOffset? now = null, SenderFields? fields = null) =>
        Verifier.Judge(Scheme, fields ?? Fields, Headers, body ?? Body, now ?? Now);

    public SchemeCase With(string header, params string[] lines)
    {
        var changed = new HeaderDictionary(Headers.ToDictionary(h => h.Key, h => h.Value)) { [header] = lines };
        return this with { Headers = changed };
    }

    public override string ToString() => Name;

    /// <summary>Signatures made with Python's hmac over <see cref="Body"/> at <see cref="Now"/>.</summary>
    public static IEnumerable<SchemeCase> All =>
    [
        Hashed("jira", "X-Hub-Signature", "sha256=" + Hex),
        Hashed("github", "X-Hub-Signature-256", "sha256=" + Hex),
        Hashed("github_repos", "X-Hub-Signature-256", "sha256=" + Hex),
        Hashed("github_app", "X-Hub-Signature-256", "sha256=" + Hex),
        Hashed("pagerduty", "X-PagerDuty-Signature", "v1=" + Hex),
        Hashed("sentry", "Sentry-Hook-Signature", Hex, "client_secret"),
        Hashed("notion", "X-Notion-Signature", "sha256=" + Hex, "webhook_verification_token"),
        Hashed("notion_pages", "X-Notion-Signature", "sha256=" + Hex, "webhook_verification_token"),
        Hashed("github_wiki", "X-Hub-Signature-256", "sha256=" + Hex),
        Hashed("asana", "X-Hook-Signature", Hex),
        new("grafana", Schemes.Of("grafana"), Schemes.Fields("webhook_secret", Secret, ("webhook_signature_header", "X-Grafana-Alerting-Signature")),
            Schemes.Headers(("X-Grafana-Alerting-Signature", Hex)), "X-Grafana-Alerting-Signature"),
        new("grafana with a time", Schemes.Of("grafana"),
            Schemes.Fields("webhook_secret", Secret, ("webhook_signature_header", "X-Sig"), ("webhook_timestamp_header", "X-Time")),
            Schemes.Headers(("X-Sig", "8ec355dd6d24db2eed0bf9eb7547eb3c30e67e148c53c96771c05ab99edb3fe3"), ("X-Time", "1700000000")), "X-Sig") { TimestampHeader = "X-Time" },
        new("slack", Schemes.Of("slack"), Schemes.Fields("signing_secret", Secret),
            Schemes.Headers(("X-Slack-Signature", "v0=69e0a0fc873a191b07d8679dc8c4bcca031347803ccfbd2af3578cf523d9bebc"), ("X-Slack-Request-Timestamp", "1700000000")),
            "X-Slack-Signature") { TimestampHeader = "X-Slack-Request-Timestamp" },
        new("standard webhooks", Schemes.Of("webhook"), Schemes.Fields("secret", WhsecKey, ("signing_scheme", "standard_webhooks")), Standard(), "webhook-signature")
            { TimestampHeader = "webhook-timestamp" },
        new("gitlab, signed", Schemes.Of("gitlab"), Schemes.Fields("webhook_signing_token", WhsecKey), Standard(), "webhook-signature") { TimestampHeader = "webhook-timestamp" },
        new("generic, hex", Schemes.Of("webhook"),
            Schemes.Fields("secret", Secret, ("signing_scheme", "hmac_sha256"), ("signature_header", "X-Mine"), ("signature_prefix", "sig="), ("encoding", "hex")),
            Schemes.Headers(("X-Mine", "sig=" + Hex)), "X-Mine"),
        new("generic, base64", Schemes.Of("webhook"),
            Schemes.Fields("secret", Secret, ("signing_scheme", "hmac_sha256"), ("signature_header", "X-Mine"), ("encoding", "base64")),
            Schemes.Headers(("X-Mine", "7mq2lq312R9mllMN8GC+ouxzzscWREMODLdoAz1aszs=")), "X-Mine"),
        new("teams", Schemes.Of("microsoft_teams"), Schemes.Fields("outgoing_webhook_token", "vqF0En+Z0ucuRTM/01o2GuhMH3hKKk/N2bOmlM31zaA="),
            Schemes.Headers(("Authorization", "HMAC 6eU8Lz1uwFVdFY6buTrmuoLVSAqCy4Nm1vSYVLrBpkk=")), "Authorization"),
        new("shopify", Schemes.Shopify, Schemes.Fields("secret", Secret),
            Schemes.Headers(("X-Shopify-Hmac-SHA256", "7mq2lq312R9mllMN8GC+ouxzzscWREMODLdoAz1aszs=")), "X-Shopify-Hmac-SHA256"),
        new("zendesk", Schemes.Of("zendesk"), Schemes.Fields("webhook_secret", "dGhpc19zZWNyZXRfaXNfZm9yX3Rlc3Rpbmdfb25seQ=="),
            Schemes.Headers(("X-Zendesk-Webhook-Signature", "738cYa0eiU7gLAntc7npHYt3tlkIhfdIgr6adbVt/dU="), ("X-Zendesk-Webhook-Signature-Timestamp", "2023-11-14T22:13:20Z")),
            "X-Zendesk-Webhook-Signature") { TimestampHeader = "X-Zendesk-Webhook-Signature-Timestamp" },
        new("stripe", Schemes.Stripe, Schemes.Fields("secret", "whsec_test-secret-0123456789"),
            Schemes.Headers(("Stripe-Signature", "t=1700000000,v1=ad3cddd056a54b58250b3bcafbc1a9d5f5b0244d0f50c72906e2495b97183752")), "Stripe-Signature"),
    ];

    public static IEnumerable<SchemeCase> Timed => All.Where(scheme => scheme.TimestampHeader is not null || scheme.Name is "stripe");

    private static SchemeCase Hashed(string type, string header, string signature, string field = "webhook_secret") =>
        new(type, Schemes.Of(type), Schemes.Fields(field, Secret), Schemes.Headers((header, signature)), header);

    private static HeaderDictionary Standard() => Schemes.Headers(
        ("webhook-id", Guid), ("webhook-timestamp", "1700000000"), ("webhook-signature", "v1,6dB8kWTofdSBXbwPhwrYi1LM7T5Ps8q7LYUgGu/OMIw="));
}
