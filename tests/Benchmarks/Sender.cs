using Hub.TestHarness;

namespace Hub.Benchmarks;

/// <summary>An integration whose deliveries look like GitHub's.</summary>
internal static class Sender
{
    /// <returns>Where they are sent.</returns>
    public static async Task<Uri> Create(HubFixture hub, string secret)
    {
        var project = await hub.CreateProject();
        var created = (await hub.Http.Post("integrations", new
        {
            scope_id = project,
            name = "Benchmark",
            integration_type = "webhook",
            configuration = new
            {
                direction = "inbound",
                signing_scheme = "hmac_sha256",
                secret,
                signature_header = "X-Hub-Signature-256",
                signature_prefix = "sha256=",
                delivery_id_path = "X-GitHub-Delivery",
                event_type_path = "X-GitHub-Event",
            },
        })).Expect(201);
        return new Uri(hub.Url, created.GetProperty("webhook_url").GetString());
    }
}
