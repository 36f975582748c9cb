using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Hub.FakeJira;

/// <summary>A webhook that was given up.</summary>
sealed record FailedWebhook(long Id, WebhookDelivery Delivery, DateTimeOffset At);

/// <summary>One webhook on its way to one address. Its bytes and identifier are the same in every try; only the retry header differs.</summary>
sealed record WebhookDelivery(
    FakeJiraServer Jira, string Event, Issue Issue, byte[] Body, string Url, WebhookRegistration Registration, WebhookDetails Details, string Identifier)
{
    public long Seed => Issue.Id + Body.Length;

    public static WebhookDelivery Of(
        FakeJiraServer jira, string eventName, Issue issue, IssueChange? change, WebhookDetails details, WebhookRegistration registration, long[] matched)
    {
        var now = jira.Clock.GetUtcNow();
        var body = registration.ExcludeBody ? []
            : WebhookJson.Write(new ApiView(jira, "2"), eventName, issue, change, details, change?.At ?? now, matched).ToArray();
        return new(jira, eventName, issue, body, Address(registration.Url, issue), registration, details, details.Identifier ?? $"{Guid.CreateVersion7(now)}");
    }

    public WebhookMessage Message(int retry)
    {
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase)
        {
            ["Content-Type"] = "application/json; charset=UTF-8",
            ["User-Agent"] = "Atlassian Webhook HTTP Client",
        };
        if (Jira.Options.Deployment == Deployment.Cloud)
        {
            headers["X-Atlassian-Webhook-Identifier"] = Identifier;
            headers["X-Atlassian-Webhook-Flow"] = Details.Secondary ? "Secondary" : "Primary";
            if (retry > 0) headers["X-Atlassian-Webhook-Retry"] = retry.ToString(CultureInfo.InvariantCulture);
        }

        if (Registration.IsDynamic) headers["Authorization"] = $"Bearer {Jwt()}";
        else if (Registration.Secret is { } secret) headers["X-Hub-Signature"] = WebhookSignature.Of(secret, Body);
        return new WebhookMessage(Event, Issue.Key, Body, headers);
    }

    // Data Center 9 and before, and Cloud, write ${issue.key}; Data Center 10 writes {issue.key}.
    static string Address(string url, Issue issue) => !url.Contains('{', StringComparison.Ordinal) ? url
        : new[] { ("issue.key", issue.Key), ("issue.id", $"{issue.Id}"), ("project.key", issue.Project.Key), ("project.id", $"{issue.Project.Id}") }
            .Aggregate(url, (at, variable) => at.Replace($"${{{variable.Item1}}}", variable.Item2, StringComparison.Ordinal)
                .Replace($"{{{variable.Item1}}}", variable.Item2, StringComparison.Ordinal));

    string Jwt()
    {
        var now = Jira.Clock.GetUtcNow().ToUnixTimeSeconds();
        var signed = $"{Part(new { alg = "HS256", typ = "JWT" })}.{Part(new { iss = Jira.Options.CloudId, iat = now, exp = now + 180 })}";
        return $"{signed}.{Base64Url.EncodeToString(HMACSHA256.HashData(Encoding.UTF8.GetBytes(Jira.Options.ClientSecret), Encoding.UTF8.GetBytes(signed)))}";
    }

    static string Part(object value) => Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(value));
}
