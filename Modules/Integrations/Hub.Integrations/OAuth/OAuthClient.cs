using System.Security.Cryptography;
using System.Text;

namespace Hub.Integrations.OAuth;

/// <summary>What an integration's configuration makes of its type's method <c>oauth2_authorization_code</c>: where to ask, and as whom.</summary>
/// <param name="AuthorizeUrl">Where a person grants access (RFC 6749, 3.1).</param>
/// <param name="TokenUrl">Where codes and refresh tokens are exchanged (RFC 6749, 3.2).</param>
/// <param name="ClientId">The client that the operator registered with the provider.</param>
/// <param name="ClientSecret">Null for a public client.</param>
/// <param name="Scope">What to ask for; null asks for the provider's default.</param>
/// <param name="BasicAuth">Whether the client authenticates by a header instead of form fields (RFC 6749, 2.3.1).</param>
/// <param name="Parameters">Further query parameters of the authorization address.</param>
/// <param name="RevocationUrl">Where tokens are given back (RFC 7009); null where that is not possible.</param>
internal sealed record OAuthClient(
    Uri AuthorizeUrl, Uri TokenUrl, string ClientId, string? ClientSecret, string? Scope, bool BasicAuth,
    IReadOnlyDictionary<string, string> Parameters, Uri? RevocationUrl)
{
    /// <summary>Tells apart what a grant was given to. The secret is not part of it: a new one serves the same client.</summary>
    public string Fingerprint =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{TokenUrl.AbsoluteUri}\n{ClientId}")));

    public override string ToString() => $"Client of {TokenUrl.Host}";
}
