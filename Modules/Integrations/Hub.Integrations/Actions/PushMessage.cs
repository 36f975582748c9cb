using System.Runtime.InteropServices;
using Hub.Integrations.ConnectionTests;
using Hub.Integrations.ConnectionTests.Webhook;
using Hub.Integrations.Integrations;
using Hub.SharedKernel.Outbound;
using Hub.SharedKernel.Problems;

namespace Hub.Integrations.Actions;

/// <summary>What is pushed, again at each attempt with the same id.</summary>
internal sealed class PushMessage
{
    private const int MaxBytes = 1024 * 1024;
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(15);
    private readonly EffectiveConfiguration subject;
    private readonly Dictionary<string, string> headers;
    private readonly byte[] payload;
    private readonly Guid id;

    private PushMessage(EffectiveConfiguration subject, Dictionary<string, string> headers, byte[] payload, Guid id) =>
        (this.subject, this.headers, this.payload, this.id) = (subject, headers, payload, id);

    /// <exception cref="InvalidException">The caller's headers cannot be sent.</exception>
    public static PushMessage Of(Push.Body sent, Guid id, EffectiveConfiguration subject)
    {
        var payload = JsonMarshal.GetRawUtf8Value(sent.Payload!.Value).ToArray();
        if (payload.Length > MaxBytes)
            throw new TooLargeException($"payload must have at most {MaxBytes / 1024 / 1024} MB.");
        var errors = new Dictionary<string, string[]>();
        var headers = PushHeaders.Of(subject, sent.Headers, errors);
        return errors.Count == 0 ? new PushMessage(subject, headers, payload, id) : throw new InvalidException(errors);
    }

    /// <summary>The request of an attempt; its signature has a time of its own.</summary>
    public OutboundRequest At(DateTimeOffset now)
    {
        var all = new Dictionary<string, string>(headers, StringComparer.OrdinalIgnoreCase) { ["webhook-id"] = $"msg_{id:N}" };
        foreach (var (name, value) in WebhookSignature.Of(subject.Settings, subject.Secret("secret"), payload, id, now))
            all[name] = value;
        return new OutboundRequest
        {
            Method = new HttpMethod(subject.Settings.Text("method") ?? "POST"),
            Url = new Uri(subject.Settings.Text("url")!),
            Headers = all,
            Body = payload,
            ContentType = "application/json",
            Timeout = Timeout,
            MaxResponseBytes = MaxBytes,
            Secrets = [.. subject.Secrets.Values.Values],
        };
    }

    public override string ToString() => nameof(PushMessage);
}
