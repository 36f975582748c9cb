using System.Security.Cryptography;
using System.Text;

namespace Hub.FakeJira;

/// <summary>One webhook as it goes over the wire. Header names include <c>Content-Type</c>.</summary>
public sealed record WebhookMessage(string Event, string IssueKey, byte[] Body, IReadOnlyDictionary<string, string> Headers)
{
    public HttpRequestMessage Request(string url)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = new ByteArrayContent(Body) };
        foreach (var (name, value) in Headers)
        {
            if (!request.Headers.TryAddWithoutValidation(name, value)) request.Content.Headers.TryAddWithoutValidation(name, value);
        }

        return request;
    }
}

/// <summary>How a webhook was answered; <see cref="Status"/> is 0 when nobody answered, and <see cref="Body"/> then says why.</summary>
public sealed record WebhookAnswer(WebhookMessage Message, int Status, string Body, IReadOnlyDictionary<string, string> Headers);

/// <summary>What a test may want different from the usual. Null takes the usual.</summary>
public sealed record WebhookDetails
{
    /// <summary>Cloud: the same on each retry of one webhook.</summary>
    public string? Identifier { get; init; }

    /// <summary>0 for the first attempt, which carries no retry header.</summary>
    public int Retry { get; init; }

    public DateTimeOffset? Timestamp { get; init; }

    /// <summary>Who did it; by default who made the issue's last change.</summary>
    public User? Actor { get; init; }

    /// <summary>By default the fields of the issue's last change.</summary>
    public IReadOnlyList<ChangedField>? Changelog { get; init; }

    /// <summary>The comment, worklog or link that the event is about; by default that of the issue's last change.</summary>
    public object? Subject { get; init; }

    /// <summary>Cloud: one of the events that follow from the deletion of an issue, up to 15 minutes later.</summary>
    public bool Secondary { get; init; }

    /// <summary>A state to send instead of the present one, as a late webhook does.</summary>
    public Issue? State { get; init; }
}

/// <summary>HMAC-SHA256 over the raw body with the UTF-8 secret, as <c>sha256=</c> and lower-case hex.</summary>
public static class WebhookSignature
{
    public static string Of(string secret, ReadOnlySpan<byte> body) =>
        $"sha256={Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), body))}";
}
