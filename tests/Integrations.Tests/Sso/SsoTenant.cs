using System.Text.Json;
using Hub.TestHarness;

namespace Hub.Integrations.Tests.Sso;

/// <summary>A tenant with a sign-in of its own.</summary>
internal sealed record SsoTenant(long Id, string Slug, long IntegrationId)
{
    private static HubFixture Hub => SsoHub.Hub;

    public static async Task<SsoTenant> Create(object configuration)
    {
        var slug = SsoHub.Fresh("org");
        var id = (await Hub.Http.Post("scopes", new { kind = "tenant", name = slug, slug })).Expect(201).GetProperty("id").GetInt64();
        var integration = (await Hub.Http.Post("integrations", new { scope_id = id, name = "SSO", integration_type = "sso", configuration })).Expect(201);
        return new SsoTenant(id, slug, integration.GetProperty("id").GetInt64());
    }

    public async Task Change(object configuration) =>
        (await Hub.Http.Patch($"integrations/{IntegrationId}", new { configuration })).Expect(200);

    /// <summary>What administrators read about sign-ins that were refused, newest first.</summary>
    public async Task<IReadOnlyList<string>> Refusals() =>
        [.. (await Audit("session.refused")).Select(entry => entry.GetProperty("diff").GetProperty("message").GetString()!)];

    public async Task<IReadOnlyList<JsonElement>> Audit(string action)
    {
        using var admin = await Hub.ClientWith("admin", Id);
        return [.. (await admin.Get($"audit?action={action}")).Expect(200).GetProperty("items").EnumerateArray()];
    }

    /// <summary>Who the browser is, as the hub sees it; the status when it is nobody.</summary>
    public static async Task<(int Status, JsonElement Me)> Me(Browser browser)
    {
        var view = await browser.Open(Hub.Url, "/api/v1/me");
        return (view.Status, JsonElement.Parse(view.Html));
    }
}
