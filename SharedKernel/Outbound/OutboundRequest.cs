using System.Text;

namespace Hub.SharedKernel.Outbound;

/// <summary>One call to somebody else's server.</summary>
public sealed record OutboundRequest
{
    public const int DefaultMaxResponseBytes = 10 * 1024 * 1024;

    public required HttpMethod Method { get; init; }

    /// <summary>Absolute, http or https, without user information.</summary>
    public required Uri Url { get; init; }

    /// <summary>Sent as they are. Framing headers (Host, Content-Length, Transfer-Encoding, Connection...) are refused.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();

    public ReadOnlyMemory<byte>? Body { get; init; }

    public string? ContentType { get; init; }

    /// <summary>For the whole exchange: waiting for a connection, redirects and the last byte of the body included.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Counted after decompression.</summary>
    public int MaxResponseBytes { get; init; } = DefaultMaxResponseBytes;

    /// <summary>
    /// 0 hands a 3xx answer to the caller. Otherwise 301, 302, 303, 307 and 308 are followed, each hop checked anew; <see cref="Headers"/> go along
    /// only while scheme, host and port stay the same; only 307 and 308 repeat method and body of anything but GET and HEAD.
    /// </summary>
    public int MaxRedirects { get; init; }

    /// <summary>Values that no error text may show, in any encoding.</summary>
    public IReadOnlyCollection<string> Secrets { get; init; } = [];

    /// <summary>Connects anew instead of taking a pooled connection, so that a test of a connection tests one.</summary>
    public bool FreshConnection { get; init; }

    /// <summary>Whose certificates are accepted; null for those that the machine trusts. Connects anew too, and follows no redirect to another host.</summary>
    public TlsTrust? Trust { get; init; }

    /// <summary>The highest HTTP version to use: 1.1, or 2.0 where TLS negotiates it.</summary>
    public Version HttpVersion { get; init; } = System.Net.HttpVersion.Version11;

    private bool PrintMembers(StringBuilder builder)
    {
        builder.Append(Method).Append(' ').Append(Url.IsAbsoluteUri ? Url.Authority : "(relative)");
        return true;
    }
}
