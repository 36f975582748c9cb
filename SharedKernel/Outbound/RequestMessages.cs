using System.Net.Http.Headers;
using System.Text;

namespace Hub.SharedKernel.Outbound;

/// <summary>Turns a request into the platform's message, or says why it cannot be sent.</summary>
internal static class RequestMessages
{
    private static readonly string UserAgent = $"IntegrationHub/{typeof(RequestMessages).Assembly.GetName().Version!.ToString(3)}";

    // They decide where the request goes and where it ends. Host would also decide whose certificate is accepted.
    private static readonly HashSet<string> Framing = new(StringComparer.OrdinalIgnoreCase)
    {
        "Host", "Content-Length", "Transfer-Encoding", "Connection", "Keep-Alive", "Upgrade", "Expect", "TE", "Trailer", "Proxy-Connection",
        "Proxy-Authorization", "HTTP2-Settings",
    };

    private static readonly HashSet<string> OfContent = new(StringComparer.OrdinalIgnoreCase)
    {
        "Content-Type", "Content-Encoding", "Content-Language", "Content-Location", "Content-Disposition", "Content-Range", "Content-MD5",
        "Allow", "Expires", "Last-Modified",
    };

    /// <exception cref="OutboundException">InvalidUrl or InvalidHeader.</exception>
    public static HttpRequestMessage Build(OutboundRequest request)
    {
        CheckUrl(request.Url);
        // HTTP/3 would connect by itself, past the address policy, to wherever an Alt-Svc header says.
        ArgumentOutOfRangeException.ThrowIfGreaterThan(request.HttpVersion, System.Net.HttpVersion.Version20);
        var message = new HttpRequestMessage(request.Method, request.Url)
        {
            Version = request.HttpVersion,
            VersionPolicy = HttpVersionPolicy.RequestVersionOrLower,
            Content = request.Body is { } body ? new ReadOnlyMemoryContent(body) : null,
        };
        try
        {
            if (request.ContentType is { } type && message.Content is { } content)
                Add(content.Headers, "Content-Type", type);
            foreach (var (name, value) in request.Headers)
                Add(message, name, value);
            if (!message.Headers.NonValidated.Contains("User-Agent"))
                message.Headers.TryAddWithoutValidation("User-Agent", UserAgent);
            return message;
        }
        catch
        {
            message.Dispose();
            throw;
        }
    }

    public static void CheckUrl(Uri url)
    {
        if (!url.IsAbsoluteUri || (url.Scheme != Uri.UriSchemeHttp && url.Scheme != Uri.UriSchemeHttps) || url.Host.Length == 0)
            throw new OutboundException(OutboundReason.InvalidUrl, "The URL must be absolute and start with https:// or http://.");
        if (url.UserInfo.Length > 0)
            throw new OutboundException(OutboundReason.InvalidUrl,
                "The URL must not contain a user name or password. Put credentials into their own fields.");
    }

    private static void Add(HttpRequestMessage message, string name, string value)
    {
        if (Framing.Contains(name))
            throw Refused(name, "is set by the hub itself");
        if (OfContent.Contains(name))
        {
            message.Content ??= new ReadOnlyMemoryContent(default);
            message.Content.Headers.Remove(name);
            Add(message.Content.Headers, name, value);
        }
        else
        {
            Add(message.Headers, name, value);
        }
    }

    private static void Add(HttpHeaders headers, string name, string value)
    {
        if (value.Any(c => c is < ' ' and not '\t' or > '~'))
            throw Refused(name, "has a line break or another character that HTTP does not allow in a header's value");
        if (!headers.TryAddWithoutValidation(name, value))
            throw Refused(name, "is not a name that HTTP allows");
    }

    private static OutboundException Refused(string name, string why) => new(OutboundReason.InvalidHeader, $"The header {Printable(name)} {why}.");

    private static string Printable(string name)
    {
        var text = new StringBuilder();
        foreach (var c in name.Take(64))
            text.Append(char.IsAsciiLetterOrDigit(c) || c is '-' or '_' ? c : '?');
        return text.ToString();
    }
}
