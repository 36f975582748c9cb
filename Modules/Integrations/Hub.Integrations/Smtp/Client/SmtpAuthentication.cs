using System.Text;
using System.Text.Json;
using Hub.Integrations.Health;

namespace Hub.Integrations.Smtp.Client;

/// <summary>Logging in: PLAIN (RFC 4616), LOGIN, XOAUTH2. Nothing that holds a credential reaches the transcript.</summary>
internal static class SmtpAuthentication
{
    private const string Hidden = "[redacted]";

    // RFC 4954, 4: the longest line of an exchange.
    private const int MaxLine = 12288;

    public static async Task Run(SmtpWire wire, SmtpExtensions offered, SmtpLogin login)
    {
        var mechanism = Chosen(offered, login);
        var reply = mechanism switch
        {
            "PLAIN" => await InOneLine(wire, "PLAIN", $"\0{login.User}\0{login.Secret}"),
            "XOAUTH2" => await InOneLine(wire, "XOAUTH2", $"user={login.User}\u0001auth=Bearer {login.Secret}\u0001\u0001"),
            _ => await InSteps(wire, login),
        };
        if (reply.Code == 334 && mechanism is "XOAUTH2")
            reply = await WhyNot(wire, reply);
        if (reply.Code == 334)
            throw new SmtpFault("auth", FailureReason.ProviderError, $"The server asks for more than {mechanism} has to tell.", reply);
        if (!reply.IsPositive)
            throw SmtpFault.Refused("auth", "The login", reply, FailureReason.Auth);
    }

    private static string Chosen(SmtpExtensions offered, SmtpLogin login)
    {
        string[] wanted = login.Mechanism switch
        {
            SmtpMechanism.Plain => ["PLAIN"],
            SmtpMechanism.Login => ["LOGIN"],
            SmtpMechanism.XOAuth2 => ["XOAUTH2"],
            _ => ["PLAIN", "LOGIN"],
        };
        var words = $"{login.User}{login.Secret}";
        if (words.Contains('\0', StringComparison.Ordinal) || (login.Mechanism is SmtpMechanism.XOAuth2 && words.Contains('\u0001', StringComparison.Ordinal)))
            throw new SmtpFault("auth", FailureReason.Config, "User name or password holds a character that no login can carry.");
        return wanted.FirstOrDefault(offered.Offers) ?? throw new SmtpFault("auth", FailureReason.Config, offered.Mechanisms.Count == 0
            ? "The server offers no login here. It may want another encryption or port, or none is needed: then remove user and password."
            : $"The server offers no login by {string.Join(" or ", wanted)}; it offers {string.Join(", ", offered.Mechanisms)}.");
    }

    private static Task<SmtpReply> InOneLine(SmtpWire wire, string mechanism, string response)
    {
        var command = $"AUTH {mechanism} {Encoded(response)}";
        return command.Length <= MaxLine
            ? wire.Ask(command, $"AUTH {mechanism} {Hidden}")
            : throw new SmtpFault("auth", FailureReason.Config, "User name and password or token are longer than a login can carry.");
    }

    private static async Task<SmtpReply> InSteps(SmtpWire wire, SmtpLogin login)
    {
        var reply = await wire.Ask("AUTH LOGIN");
        foreach (var answer in new[] { login.User, login.Secret })
            if (reply.Code == 334)
                reply = await wire.Ask(Encoded(answer), Hidden);
        return reply;
    }

    // The reason comes as a challenge, and the real refusal after an empty answer.
    private static async Task<SmtpReply> WhyNot(SmtpWire wire, SmtpReply challenge)
    {
        var refusal = await wire.Ask("");
        return refusal.Code == 334 || refusal.IsPositive || StatusIn(challenge.Lines[0]) is not { } status
            ? refusal
            : refusal with { Lines = [.. refusal.Lines, $"(status {status})"] };
    }

    private static string? StatusIn(string challenge)
    {
        try
        {
            var reason = JsonElement.Parse(Convert.FromBase64String(challenge));
            return reason.ValueKind is JsonValueKind.Object && reason.TryGetProperty("status", out var status) ? status.ToString() : null;
        }
        catch (Exception e) when (e is FormatException or JsonException)
        {
            return null;
        }
    }

    private static string Encoded(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
}
