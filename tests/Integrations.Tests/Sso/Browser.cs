using System.Net;
using System.Text.RegularExpressions;
using System.Web;

namespace Hub.Integrations.Tests.Sso;

/// <summary>What a browser does on its way through a sign-in: keeps cookies by host, follows redirects, fills in and sends forms. No scripts.</summary>
internal sealed partial class Browser : IDisposable
{
    private readonly CookieContainer cookies = new();
    private readonly HttpClient http;

    public Browser() => http = new HttpClient(new SocketsHttpHandler { CookieContainer = cookies, AllowAutoRedirect = false });

    /// <summary>Every address that was visited, redirects included.</summary>
    public List<Uri> Visited { get; } = [];

    public sealed record View(HttpResponseMessage Response, Uri Address, string Html)
    {
        public int Status => (int)Response.StatusCode;

        public string? Alert => Alert().Match(Html) is { Success: true } found ? HttpUtility.HtmlDecode(found.Groups[1].Value) : null;
    }

    public Cookie? Cookie(Uri hub, string name) => cookies.GetCookies(hub)[name];

    public void Set(Uri hub, Cookie cookie) => cookies.Add(hub, cookie);

    public Task<View> Open(Uri address) => Go(HttpMethod.Get, address, null);

    public Task<View> Open(Uri hub, string path) => Open(new Uri(hub, path));

    /// <summary>One request; a redirect is not followed.</summary>
    public async Task<View> Once(HttpMethod method, Uri address, IEnumerable<KeyValuePair<string, string>>? form = null)
    {
        using var request = new HttpRequestMessage(method, address);
        if (form is not null)
            request.Content = new FormUrlEncodedContent(form);
        Visited.Add(address);
        var response = await http.SendAsync(request);
        return new View(response, address, await response.Content.ReadAsStringAsync());
    }

    /// <summary>Sends the form that has this action (or the only one), with what it holds and what is filled in.</summary>
    public Task<View> Submit(View view, Func<string, bool> action, params (string Name, string Value)[] filled)
    {
        var form = Form().Matches(view.Html).First(candidate => action(Attribute(candidate.Groups[1].Value, "action") ?? ""));
        var values = Input().Matches(form.Groups[2].Value)
            .Select(input => (Name: Attribute(input.Value, "name"), Value: Attribute(input.Value, "value") ?? ""))
            .Where(input => input.Name is not null)
            .ToDictionary(input => input.Name!, input => input.Value);
        foreach (var (name, value) in filled)
            values[name] = value;
        var target = new Uri(view.Address, Attribute(form.Groups[1].Value, "action") ?? "");
        return string.Equals(Attribute(form.Groups[1].Value, "method"), "post", StringComparison.OrdinalIgnoreCase)
            ? Go(HttpMethod.Post, target, values)
            : Open(new UriBuilder(target) { Query = string.Join('&', values.Select(pair => $"{pair.Key}={Uri.EscapeDataString(pair.Value)}")) }.Uri);
    }

    public Task<View> Post(Uri address, params (string Name, string Value)[] form) =>
        Go(HttpMethod.Post, address, form.Select(field => KeyValuePair.Create(field.Name, field.Value)));

    public void Dispose() => http.Dispose();

    private async Task<View> Go(HttpMethod method, Uri address, IEnumerable<KeyValuePair<string, string>>? form)
    {
        for (var hop = 0; hop < 20; hop++)
        {
            var view = await Once(method, address, form);
            if (view.Response.Headers.Location is not { } next)
                return view;
            (method, form, address) = (HttpMethod.Get, null, new Uri(address, next));
        }

        throw new InvalidOperationException($"Redirects in circles at {address}");
    }

    private static string? Attribute(string tag, string name) =>
        Regex.Match(tag, $"""\b{name}=(?:"([^"]*)"|'([^']*)')""", RegexOptions.IgnoreCase) is { Success: true } found
            ? HttpUtility.HtmlDecode(found.Groups[1].Success ? found.Groups[1].Value : found.Groups[2].Value) : null;

    [GeneratedRegex("<form\\b([^>]*)>(.*?)</form>", RegexOptions.IgnoreCase | RegexOptions.Singleline)]
    private static partial Regex Form();

    [GeneratedRegex("<input\\b[^>]*>", RegexOptions.IgnoreCase)]
    private static partial Regex Input();

    [GeneratedRegex("<p class=\"(?:problem|notice)\" role=\"(?:alert|status)\">(.*?)</p>", RegexOptions.Singleline)]
    private static partial Regex Alert();
}
