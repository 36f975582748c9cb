using System.Text;
using Hub.SharedKernel.Outbound;

namespace Hub.Integrations.Calls;

/// <summary>A request in the making. What authenticates comes last, when everything else is in place, so that it can be signed over.</summary>
internal sealed class CallDraft(HttpMethod method, Uri url)
{
    public HttpMethod Method { get; } = method;

    public Uri Url { get; private set; } = url;

    public Dictionary<string, string> Headers { get; } = new(StringComparer.OrdinalIgnoreCase);

    public byte[]? Body { get; set; }

    /// <summary>The service that AWS signs for, where it is not the method's.</summary>
    public string? Service { get; init; }

    public TlsTrust? Trust { get; init; }

    public void AddQuery(string name, string value)
    {
        var pair = $"{Uri.EscapeDataString(name)}={Uri.EscapeDataString(value)}";
        Url = new UriBuilder(Url) { Query = Url.Query is { Length: > 1 } query ? $"{query[1..]}&{pair}" : pair, Fragment = "" }.Uri;
    }

    /// <summary>Makes the body a form, with %20 for a space, which every reader understands.</summary>
    public void SetForm(IEnumerable<(string Name, string Value)> pairs)
    {
        Body = Encoding.UTF8.GetBytes(string.Join('&', pairs.Select(pair => $"{Uri.EscapeDataString(pair.Name)}={Uri.EscapeDataString(pair.Value)}")));
        Headers.TryAdd("Content-Type", "application/x-www-form-urlencoded");
    }

    public OutboundRequest ToRequest()
    {
        var request = new OutboundRequest { Method = Method, Url = Url, Headers = Headers, Trust = Trust };
        // Null converts to an empty body, which is not none.
        return Body is null ? request : request with { Body = Body };
    }

    public override string ToString() => $"{Method} {Url.Host}";
}
