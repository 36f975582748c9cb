using System.Globalization;
using Hub.Integrations.Calls;
using Hub.Integrations.Health;
using Hub.Integrations.Integrations;
using Hub.Integrations.Smtp.Client;
using Hub.Integrations.Smtp.Messages;
using Hub.SharedKernel.Outbound;
using Hub.SharedKernel.Text;

namespace Hub.Integrations.Smtp;

/// <summary>What a configuration says about mail.</summary>
/// <param name="Server">Where mail goes out, and the login there.</param>
/// <param name="From">Who sends.</param>
/// <param name="ReplyTo">Where answers go, if not to the sender.</param>
/// <param name="Secrets">What no text may show.</param>
internal sealed record SmtpAccount(SmtpServer Server, MailAddress From, MailAddress? ReplyTo, IReadOnlyCollection<string> Secrets)
{
    public string Redacted(string text) => StorableText.OneLine(Redaction.Redact(text, Secrets));

    public override string ToString() => $"Mail through {Server}";
}

/// <summary>
/// Reads a configuration as its schema document says: <c>test</c> of kind <c>smtp</c> names server and sender, the method of <c>auth</c> that applies the
/// login. A method that obtains tokens logs in with one, as the field <c>username</c> (XOAUTH2).
/// </summary>
internal sealed class SmtpAccounts(Authenticators authenticators)
{
    private const string UserField = "username";

    /// <exception cref="CallFailed">The configuration makes no account, or no token is given.</exception>
    public async Task<SmtpAccount> Of(EffectiveConfiguration subject, CancellationToken ct)
    {
        var context = authenticators.Open(subject);
        var described = SmtpDescription.Of(subject.Schema.Test)
            ?? throw Wrong($"The type {subject.Schema.Name} describes no mail server.");
        var login = await LoginOf(subject, context, ct);
        var server = new SmtpServer(
            HostOf(Text(described.Host)), PortOf(Text(described.Port)), SecurityOf(Text(described.Security)), login, context.Trust);
        var secrets = subject.Secrets.Values.Values.ToList();
        if (login is not null)
            secrets.Add(login.Secret);
        return new SmtpAccount(server, Sender("from_address", subject.Text("from_name"), Text(described.Sender)), ReplyTo(subject), secrets);

        string? Text(string template) => context.Values.Plain(template).OrNull;
    }

    private async Task<SmtpLogin?> LoginOf(EffectiveConfiguration subject, CallContext context, CancellationToken ct)
    {
        var method = authenticators.Choose(context, null);
        switch (method.Kind)
        {
            case "none":
                return null;
            case "smtp":
                return new SmtpLogin(context.Required(method, "username"), context.Required(method, "password"), context.Parameter(method, "mechanism") switch
                {
                    "plain" => SmtpMechanism.Plain,
                    "login" => SmtpMechanism.Login,
                    _ => SmtpMechanism.Auto,
                });
            default:
                var user = subject.Text(UserField) ?? throw Wrong($"Nothing is set for {UserField}, which a login with a token needs.");
                return new SmtpLogin(user, (await authenticators.AccessToken(subject, method.Name, ct)).Value, SmtpMechanism.XOAuth2);
        }
    }

    private static MailAddress? ReplyTo(EffectiveConfiguration subject) =>
        subject.Text("reply_to") is { } address ? Sender("reply_to", null, address) : null;

    private static MailAddress Sender(string field, string? name, string? address)
    {
        if (name is not null && MailText.Refusal(name) is { } refusal)
            throw Wrong($"from_name {refusal}.");
        return MailAddress.Of(name, address?.Trim() ?? "", out var wrong) ?? throw Wrong($"{field} {wrong}.");
    }

    private static string HostOf(string? text) =>
        text is { } host && Uri.CheckHostName(host) is not UriHostNameType.Unknown ? host : throw Wrong("The server must be a host name or an address.");

    private static int PortOf(string? text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port is > 0 and < 65536
            ? port : throw Wrong("The port must be between 1 and 65535.");

    private static SmtpSecurity SecurityOf(string? text) => text switch
    {
        "starttls" => SmtpSecurity.StartTls,
        "tls" => SmtpSecurity.Tls,
        "none" => SmtpSecurity.None,
        _ => throw Wrong("The encryption must be starttls, tls or none."),
    };

    private static CallFailed Wrong(string message) => new(FailureReason.Config, message);
}
