using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;

namespace Hub.SharedKernel.Http;

/// <summary>
/// The hub's own address as people and providers reach it: setting <c>Hub:PublicUrl</c> (<c>https://hub.example.com</c>, with a path if a proxy adds
/// one), else the address of the request.
/// </summary>
public sealed class PublicAddress
{
    public const string Setting = "Hub:PublicUrl";
    private readonly Uri? configured;

    /// <exception cref="InvalidOperationException">The setting is no web address; the message is for the operator.</exception>
    public PublicAddress(IConfiguration configuration)
    {
        if (configuration[Setting]?.Trim() is not { Length: > 0 } text)
            return;
        configured = Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "https" or "http" && url is { Query: "", Fragment: "", UserInfo: "" }
            ? url
            : throw new InvalidOperationException("Hub__PublicUrl must be the hub's own address, such as https://hub.example.com");
    }

    /// <summary>The setting without a slash at its end; null when it is not set.</summary>
    public string? Configured => configured?.AbsoluteUri.TrimEnd('/');

    /// <summary>Without a slash at its end.</summary>
    public string Of(HttpRequest request) => Configured ?? $"{request.Scheme}://{request.Host}";

    /// <summary>Whether browsers reach the hub over TLS, be it that a proxy ends it.</summary>
    public bool IsHttps(HttpRequest request) => request.IsHttps || configured?.Scheme == Uri.UriSchemeHttps;

    /// <summary>Whether a page of that origin is one of the hub's own. Without the setting the scheme is not known, for a proxy may have ended TLS.</summary>
    public bool IsOrigin(Uri origin, HttpRequest request) => configured is { } own
        ? origin.GetLeftPart(UriPartial.Authority) == own.GetLeftPart(UriPartial.Authority)
        : string.Equals(origin.Authority, request.Host.Value, StringComparison.OrdinalIgnoreCase);
}
