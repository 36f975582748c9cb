using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Hub.Webhooks.Verification;

namespace Hub.Webhooks.Inbound;

/// <summary>What some providers want to hear instead of our answer, such as their challenge back. Of a delivery that was proven.</summary>
/// <param name="ContentType">Media type of the answer.</param>
/// <param name="Body">The answer.</param>
/// <param name="Store">Whether the delivery is an event besides.</param>
internal sealed partial record Handshake(string ContentType, string Body, bool Store)
{
    public static Handshake? For(HandshakeRule? rule, JsonElement json)
    {
        if (rule is not { Signed: true, Kind: "echo" or "reply", Answer: { } answer })
            return null;
        if (rule.When is { } when && !when.Holds(JsonMember.Find(json, when.Path)))
            return null;
        var body = Placeholder().Replace(answer.Body, match => JsonMember.Text(json, match.Groups[1].Value) ?? "");
        return new Handshake(answer.ContentType, body, rule.Kind is "reply");
    }

    public byte[] Bytes => Encoding.UTF8.GetBytes(Body);

    [GeneratedRegex(@"\{(\$[^{}]+)\}")]
    private static partial Regex Placeholder();
}
