using Microsoft.AspNetCore.Http;

namespace Hub.Integrations.Sso;

/// <summary>An address with more in its query than it has already.</summary>
internal static class LongerAddress
{
    public static string With(this Uri address, params ReadOnlySpan<(string Name, string? Value)> parameters)
    {
        var query = QueryString.FromUriComponent(address.Query);
        foreach (var (name, value) in parameters)
            if (value is not null)
                query = query.Add(name, value);
        return address.GetLeftPart(UriPartial.Path) + query;
    }
}
