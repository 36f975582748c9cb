using System.Text.Json;

namespace Hub.TestHarness;

/// <summary>Nodemailer's SMTP server, <c>tests/Peers/smtp-server.mjs</c>.</summary>
public sealed class MailServer : IAsyncDisposable
{
    private readonly NodePeer peer;

    private MailServer(NodePeer peer) => this.peer = peer;

    public int Port => peer.Addresses[1].Port;

    /// <param name="options">Options of <c>SMTPServer</c>: <c>secure, key, cert, authMethods, authOptional, hideSTARTTLS, allowInsecureAuth, size</c>...</param>
    public static async Task<MailServer> Start(object? options = null) =>
        new(await NodePeers.Start("smtp-server.mjs", ("SMTP_OPTIONS", JsonSerializer.Serialize(options ?? new { }))));

    /// <summary><c>users</c> and <c>tokens</c> by name; <c>refuse</c>: what of <c>auth, mail, data</c> is refused with <c>[code, words]</c>, and <c>rcpt</c> by address.</summary>
    public Task Set(object settings) => peer.Control("settings", settings);

    /// <summary>The messages it took: <c>from, arguments, to, user, secure, raw</c> (base64).</summary>
    public async Task<IReadOnlyList<JsonElement>> Messages() => [.. (await peer.Ask("state")).GetProperty("messages").EnumerateArray()];

    /// <summary>The logins it was asked for: <c>method, username, secure</c>.</summary>
    public async Task<IReadOnlyList<JsonElement>> Logins() => [.. (await peer.Ask("state")).GetProperty("logins").EnumerateArray()];

    public ValueTask DisposeAsync() => peer.DisposeAsync();
}

/// <summary>MailDev, <c>tests/Peers/maildev.mjs</c>: takes any mail without login or encryption and parses it.</summary>
public sealed class MailDev : IAsyncDisposable
{
    private readonly NodePeer peer;
    private readonly DirectoryInfo directory;

    private MailDev(NodePeer peer, DirectoryInfo directory) => (this.peer, this.directory) = (peer, directory);

    public int Port => peer.Addresses[1].Port;

    public static async Task<MailDev> Start()
    {
        var directory = Directory.CreateTempSubdirectory("hub-maildev-");
        return new(await NodePeers.Start("maildev.mjs", ("MAIL_DIRECTORY", directory.FullName)), directory);
    }

    /// <summary>What arrived, as MailDev parsed it: <c>subject, text, html, from, to, cc, headers, envelope</c>...</summary>
    public async Task<IReadOnlyList<JsonElement>> Mail() =>
        [.. JsonElement.Parse(await peer.Http.GetStringAsync(new Uri(peer.Address, "/email"))).EnumerateArray()];

    public async ValueTask DisposeAsync()
    {
        await peer.DisposeAsync();
        directory.Delete(recursive: true);
    }
}
