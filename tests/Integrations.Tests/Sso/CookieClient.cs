using System.Net;
using Hub.TestHarness;

namespace Hub.Integrations.Tests.Sso;

/// <summary>A client of the API that keeps cookies instead of sending a key.</summary>
internal sealed class CookieClient : HttpClient
{
    public CookieClient(HubFixture hub) : this(hub, new CookieContainer()) { }

    private CookieClient(HubFixture hub, CookieContainer cookies) : base(new SocketsHttpHandler { CookieContainer = cookies, AllowAutoRedirect = false })
    {
        Cookies = cookies;
        BaseAddress = new Uri(hub.Url, "/api/v1/");
    }

    public CookieContainer Cookies { get; }
}
