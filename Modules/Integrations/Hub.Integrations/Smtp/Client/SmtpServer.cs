using Hub.SharedKernel.Outbound;

namespace Hub.Integrations.Smtp.Client;

internal enum SmtpSecurity
{
    /// <summary>TLS after a plain greeting (RFC 3207): demanded, never only tried.</summary>
    StartTls,

    /// <summary>TLS from the first byte (RFC 8314).</summary>
    Tls,

    None,
}

internal enum SmtpMechanism
{
    /// <summary>PLAIN or LOGIN, whichever the server offers.</summary>
    Auto,
    Plain,
    Login,

    /// <summary>An OAuth 2 access token (https://developers.google.com/workspace/gmail/imap/xoauth2-protocol).</summary>
    XOAuth2,
}

/// <param name="User">User name.</param>
/// <param name="Secret">Password, or access token for XOAUTH2.</param>
/// <param name="Mechanism">How it is told to the server.</param>
internal sealed record SmtpLogin(string User, string Secret, SmtpMechanism Mechanism)
{
    public override string ToString() => $"{Mechanism} login";
}

/// <summary>A mail server and how to get in.</summary>
/// <param name="Host">Name or address.</param>
/// <param name="Port">587 for STARTTLS and 465 for TLS as a rule.</param>
/// <param name="Security">How the connection is encrypted.</param>
/// <param name="Login">Null for a server that takes mail without.</param>
/// <param name="Trust">Whose certificates are accepted; null for those that this machine trusts.</param>
internal sealed record SmtpServer(string Host, int Port, SmtpSecurity Security, SmtpLogin? Login, TlsTrust? Trust = null)
{
    public override string ToString() => $"{Host}:{Port}";
}

/// <summary>How long a mail server may take.</summary>
/// <param name="PerCommand">For one command and its complete reply, for connecting and for the TLS handshake.</param>
/// <param name="EndOfData">For the verdict on a message that is sent completely.</param>
/// <param name="InAll">For everything up to that point.</param>
internal sealed record SmtpPatience(TimeSpan PerCommand, TimeSpan EndOfData, TimeSpan InAll)
{
    /// <summary>Less than two minutes with everything around it: so long, a repetition of a request under way is told to wait.</summary>
    public static readonly SmtpPatience Usual = new(TimeSpan.FromSeconds(15), TimeSpan.FromSeconds(35), TimeSpan.FromSeconds(40));

    /// <summary>What a person waits for a test.</summary>
    public static readonly SmtpPatience ForTests = new(TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(30));
}
