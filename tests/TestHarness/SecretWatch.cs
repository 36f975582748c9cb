using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using NUnit.Framework;

namespace Hub.TestHarness;

/// <summary>
/// Sees what a hub's clients send and get. Every secret that they send, by the name of its member, must appear in no answer and no log line: each
/// test of the suite looks for leaks on the side.
/// </summary>
public sealed class SecretWatch
{
    private const int Shortest = 12;
    private const int Longest = 4096;

    private static readonly string[] Names =
    [
        "api_key", "api_token", "access_token", "auth_token", "auth_password", "password", "client_secret", "webhook_secret", "private_key", "service_account_token",
        "token", "secret", "pat", "application_key",
    ];

    private readonly ConcurrentDictionary<string, string> secrets = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<string> found = new();

    /// <summary>Every answer as text, headers first; kept when a test wants to look closer.</summary>
    public ConcurrentQueue<string>? Answers { get; init; }

    public HttpMessageHandler Handler() => new Watching(this) { InnerHandler = new SocketsHttpHandler() };

    /// <summary>Fails when a secret was seen in an answer, or stands in the logs.</summary>
    public void Require(CapturedLogs logs)
    {
        foreach (var (secret, name) in secrets)
            foreach (var form in (string[])[secret, Convert.ToBase64String(Encoding.UTF8.GetBytes(secret))])
                if (logs.Lines.FirstOrDefault(line => line.Contains(form, StringComparison.Ordinal)) is { } line)
                    found.Enqueue($"{name} in the log: {line.Replace(form, "<HERE>", StringComparison.Ordinal)}");
        if (!found.IsEmpty)
            throw new AssertionException($"Secrets leaked: {string.Join("; ", found.Take(5))}");
    }

    private void Sent(JsonElement json)
    {
        if (json.ValueKind is JsonValueKind.Array)
            foreach (var item in json.EnumerateArray())
                Sent(item);
        if (json.ValueKind is not JsonValueKind.Object)
            return;
        foreach (var member in json.EnumerateObject())
            if (member.Value.ValueKind is JsonValueKind.String && Names.Contains(member.Name) && IsSecret(member.Value, out var text))
                secrets.TryAdd(text, member.Name);
            else
                Sent(member.Value);
    }

    private static bool IsSecret(JsonElement value, out string text)
    {
        try
        {
            text = value.GetString()!;
            return text.Length is >= Shortest and <= Longest && text[0] is not ('[' or '{') && !text.Contains(' ', StringComparison.Ordinal);
        }
        catch (InvalidOperationException)
        {
            text = "";
            return false;
        }
    }

    private void Got(HttpRequestMessage request, string answer)
    {
        Answers?.Enqueue(answer);
        foreach (var (secret, name) in secrets)
            if (answer.Contains(secret, StringComparison.Ordinal))
                found.Enqueue($"{name} in the answer of {request.Method} {request.RequestUri?.AbsolutePath}");
    }

    private sealed class Watching(SecretWatch owner) : DelegatingHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            // Old data goes out with its secrets on wish, for the platform's admins.
            var wished = request.RequestUri?.Query.Contains("include_secrets=true", StringComparison.Ordinal) == true;
            if (request.Content?.Headers.ContentType?.MediaType is "application/json")
                Note(await request.Content.ReadAsByteArrayAsync(cancellationToken));
            var response = await base.SendAsync(request, cancellationToken);
            if (wished || response.Content.Headers.ContentType?.MediaType is null or "text/event-stream")
                return response;
            await response.Content.LoadIntoBufferAsync(cancellationToken);
            owner.Got(request, $"{request.Method} {request.RequestUri?.AbsolutePath}\n{response.Headers}{await response.Content.ReadAsStringAsync(cancellationToken)}");
            return response;
        }

        private void Note(byte[] body)
        {
            try
            {
                using var json = JsonDocument.Parse(body, new JsonDocumentOptions { MaxDepth = 512 });
                owner.Sent(json.RootElement);
            }
            catch (JsonException)
            {
                // Sent wrong on purpose.
            }
        }
    }
}
