using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.WebUtilities;

namespace Hub.Webhooks.Verification;

/// <summary>
/// Atlassian's <c>qsh</c> claim: it ties a token to a method and an address, as SHA-256 of a canonical request
/// (https://developer.atlassian.com/cloud/bitbucket/query-string-hash). The fixed <c>context-qsh</c> of tokens for pages is no such hash and ties to nothing.
/// </summary>
internal static class QueryStringHash
{
    /// <param name="claim">As the token has it.</param>
    /// <param name="call">What was called.</param>
    /// <returns>Whether the hash is of this call. The app's base address is not part of it and not known here, so that the path may begin at any of its slashes.</returns>
    public static bool Covers(string claim, SignedCall call)
    {
        var url = new Uri(call.Url);
        var path = url.GetComponents(UriComponents.Path | UriComponents.KeepDelimiter, UriFormat.UriEscaped).TrimEnd('/').Replace("&", "%26", StringComparison.Ordinal);
        var query = Canonical(url.Query);
        for (var start = 0; start >= 0 && start < path.Length; start = path.IndexOf('/', start + 1))
            if (Hash($"{call.Method}&{path[start..]}&{query}").Equals(claim, StringComparison.OrdinalIgnoreCase))
                return true;
        return false;
    }

    private static string Canonical(string query)
    {
        var members = new List<(string Name, string Value)>();
        foreach (var pair in new QueryStringEnumerable(query))
            members.Add((pair.DecodeName().ToString(), pair.DecodeValue().ToString()));
        return string.Join('&', members.Where(member => member.Name != "jwt").GroupBy(member => member.Name, StringComparer.Ordinal)
            .OrderBy(group => group.Key, StringComparer.Ordinal)
            .Select(group => $"{Uri.EscapeDataString(group.Key)}={string.Join(',', group.Select(member => member.Value).Order(StringComparer.Ordinal).Select(Uri.EscapeDataString))}"));
    }

    private static string Hash(string canonical) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(canonical)));
}
