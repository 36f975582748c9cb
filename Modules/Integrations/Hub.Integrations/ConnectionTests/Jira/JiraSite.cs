using System.Text.RegularExpressions;

namespace Hub.Integrations.ConnectionTests.Jira;

/// <summary>A Jira's address as its users paste it, reduced to what the API hangs under. A context path stays.</summary>
internal sealed partial record JiraSite(string Base)
{
    private const string GatewayHost = "api.atlassian.com";

    // Where the pages of Jira begin: whoever copies the address of one means the site.
    private static readonly string[] Pages = ["secure", "browse", "projects", "issues", "login.jsp", "rest", "plugins"];

    public Uri Address { get; } = new(Base);

    /// <summary>A site of Atlassian's own, the only kind that has a gateway for tokens with scopes.</summary>
    public bool IsAtlassianSite => Address.Host.EndsWith(".atlassian.net", StringComparison.OrdinalIgnoreCase);

    public bool IsGateway => Address.Host.Equals(GatewayHost, StringComparison.OrdinalIgnoreCase);

    public static JiraSite Of(string address)
    {
        var url = new Uri(address.Trim());
        var origin = url.GetLeftPart(UriPartial.Authority);
        if (url.Host.EndsWith(".atlassian.net", StringComparison.OrdinalIgnoreCase))
            return new JiraSite(origin);
        var path = url.AbsolutePath.Split('/', StringSplitOptions.RemoveEmptyEntries)
            .TakeWhile(segment => !Pages.Contains(segment, StringComparer.OrdinalIgnoreCase));
        return new JiraSite(string.Join('/', path.Prepend(origin)));
    }

    /// <summary>The gateway of a site; null for what is no cloud id.</summary>
    public static JiraSite? Gateway(string? cloudId) => cloudId is not null && CloudId().IsMatch(cloudId) ? new JiraSite($"https://{GatewayHost}/ex/jira/{cloudId}") : null;

    public Uri Api(int version, string path) => new($"{Base}/rest/api/{version}/{path}");

    public Uri TenantInfo => new($"{Base}/_edge/tenant_info");

    [GeneratedRegex("^[0-9a-fA-F-]{36}$", RegexOptions.CultureInvariant)]
    private static partial Regex CloudId();
}
