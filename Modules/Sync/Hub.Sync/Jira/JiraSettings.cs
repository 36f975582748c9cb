using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Hub.Integrations.Contracts;
using Hub.Sync.Providers;

namespace Hub.Sync.Jira;

/// <summary>The settings of a jira integration that bear on what is synchronised.</summary>
internal static class JiraSettings
{
    private static readonly char[] Separators = [',', ';', ' ', '\n'];

    public static string? Setting(this Connection connection, string name) =>
        connection.Settings.TryGetValue(name, out var value) && value.Text()?.Trim() is { Length: > 0 } text ? text : null;

    /// <summary>Upper-case project keys; none means every project that the account sees.</summary>
    public static IReadOnlyList<string> ProjectKeys(this Connection connection) =>
        [.. (connection.Setting("project_keys") ?? "").Split(Separators, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(key => key.ToUpperInvariant()).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];

    /// <summary>Names the site, whatever scheme and trailing slash its address is written with: ids are unique within one site only.</summary>
    public static long SiteKey(this Connection connection) => SiteKey(connection.Setting("base_url") ?? "");

    /// <summary>The same of any provider's address.</summary>
    public static long SiteKey(string address)
    {
        var site = Uri.TryCreate(address, UriKind.Absolute, out var url)
            ? $"{url.Host}:{(url.IsDefaultPort ? "" : url.Port)}{url.AbsolutePath.TrimEnd('/')}"
            : address;
        return BinaryPrimitives.ReadInt64LittleEndian(SHA256.HashData(Encoding.UTF8.GetBytes(site)));
    }

    /// <summary>Names what is synchronised: a watermark reached for one site, projects and JQL says nothing about another.</summary>
    public static byte[] QueryHash(this Connection connection) => SHA256.HashData(Encoding.UTF8.GetBytes(
        string.Join('\n', [$"{connection.SiteKey()}", connection.Setting("jql"), .. connection.ProjectKeys()])));
}
