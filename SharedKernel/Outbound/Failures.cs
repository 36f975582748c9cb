using System.Globalization;
using System.Security.Authentication;

namespace Hub.SharedKernel.Outbound;

/// <summary>Turns what the platform throws into a reason and a sentence for people.</summary>
internal static class Failures
{
    /// <summary>Null for what is no failure of the exchange (a bug should look like one).</summary>
    public static OutboundException? Explain(Exception thrown, OutboundRequest request)
    {
        var known = Find<OutboundException>(thrown) ?? thrown switch
        {
            OperationCanceledException when Find<TimeoutException>(thrown) is not null =>
                new(OutboundReason.Timeout, $"{request.Url.Host} did not complete a connection in time."),
            OperationCanceledException =>
                new(OutboundReason.Timeout, $"{Place(request)} did not answer completely within {Seconds(request.Timeout)} s."),
            HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError } => Tls(thrown, request.Url.Host, request.Url.Port, request.Trust),
            HttpRequestException { HttpRequestError: HttpRequestError.ConfigurationLimitExceeded } =>
                new(OutboundReason.TooLarge, $"The answer of {Place(request)} has larger headers than the hub reads."),
            HttpRequestException or IOException or InvalidDataException => Broken(thrown, request),
            _ => null,
        };
        return known is null ? null : new OutboundException(known.Reason, Redaction.Redact(known.Message, request.Secrets));
    }

    /// <summary>Host and path, never the query.</summary>
    public static string Place(OutboundRequest request) => request.Url.Host + request.Url.AbsolutePath;

    public static OutboundException Tls(Exception thrown, string host, int port, TlsTrust? trust)
    {
        var detail = Find<AuthenticationException>(thrown)?.Message;
        var remedy = trust is null
            ? "from an authority that this machine trusts (SSL_CERT_FILE adds one)" : "from one of the authorities given for this connection";
        var certificate = detail?.Contains("certificate", StringComparison.OrdinalIgnoreCase) == true;
        return new(OutboundReason.Tls, certificate
            ? $"The certificate of {host} is not accepted: {detail} It must be issued for this name, be in date, come with its "
                + $"intermediate certificates and {remedy}."
            : $"{host} completes no TLS handshake on port {port}. Is it a TLS port, with TLS 1.2 or newer?");
    }

    private static OutboundException Broken(Exception thrown, OutboundRequest request) =>
        new(OutboundReason.Protocol, Find<InvalidDataException>(thrown) is not null
            ? $"The answer of {Place(request)} cannot be decompressed."
            : Kind(thrown) switch
            {
                HttpRequestError.InvalidResponse or HttpRequestError.HttpProtocolError => $"The answer of {Place(request)} is no valid HTTP.",
                _ => $"{Place(request)} broke the connection before its answer was complete.",
            });

    private static HttpRequestError Kind(Exception thrown) =>
        (thrown as HttpRequestException)?.HttpRequestError ?? (thrown as HttpIOException)?.HttpRequestError ?? HttpRequestError.Unknown;

    private static string Seconds(TimeSpan time) => time.TotalSeconds.ToString("0.###", CultureInfo.InvariantCulture);

    private static T? Find<T>(Exception? thrown) where T : Exception
    {
        for (; thrown is not null; thrown = thrown.InnerException)
            if (thrown is T found)
                return found;
        return null;
    }
}
