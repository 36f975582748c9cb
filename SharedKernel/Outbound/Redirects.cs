namespace Hub.SharedKernel.Outbound;

/// <summary>Decides what follows an answer that points elsewhere.</summary>
internal static class Redirects
{
    private static readonly Dictionary<string, string> None = [];

    /// <summary>The request to make next; null when the answer is the caller's to read.</summary>
    /// <exception cref="OutboundException">Redirect: the answer points where a call must not follow.</exception>
    public static OutboundRequest? Next(OutboundRequest request, int status, string? location, int followed)
    {
        if (request.MaxRedirects == 0 || status is not (301 or 302 or 303 or 307 or 308) || string.IsNullOrEmpty(location))
            return null;
        if (followed >= request.MaxRedirects)
            throw Refused(request, $"redirects more than {request.MaxRedirects} times");
        if (!Uri.TryCreate(request.Url, location, out var url) || (url.Scheme != Uri.UriSchemeHttps && url.Scheme != Uri.UriSchemeHttp))
            throw Refused(request, "redirects to something that is no web address");
        if (url.UserInfo.Length > 0)
            throw Refused(request, "redirects to a URL with a user name in it");
        if (request.Url.Scheme == Uri.UriSchemeHttps && url.Scheme == Uri.UriSchemeHttp)
            throw Refused(request, "redirects from https to http, which would give up encryption");
        if (request.Trust is not null && !SameOrigin(request.Url, url))
            throw Refused(request, "redirects to another host, for which its certificates are not trusted");
        return WithMethod(request, status) with { Url = url, Headers = SameOrigin(request.Url, url) ? request.Headers : None };
    }

    private static OutboundRequest WithMethod(OutboundRequest request, int status)
    {
        if (status is 307 or 308)
            return request;
        var safe = request.Method == HttpMethod.Get || request.Method == HttpMethod.Head;
        return safe && status != 303 ? request
            : request with { Method = request.Method == HttpMethod.Head ? HttpMethod.Head : HttpMethod.Get, Body = null, ContentType = null };
    }

    private static bool SameOrigin(Uri one, Uri other) =>
        one.Scheme == other.Scheme && one.Port == other.Port && one.IdnHost.Equals(other.IdnHost, StringComparison.OrdinalIgnoreCase);

    private static OutboundException Refused(OutboundRequest request, string what) =>
        new(OutboundReason.Redirect, $"{request.Url.Host} {what}. Use the final address in the URL.");
}
