using Hub.SharedKernel.Outbound;
using Hub.TestHarness;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Hub.Integrations.Tests.Smtp;

/// <summary>A hub that trusts <see cref="Certificates.Good"/>, and integrations that send mail.</summary>
internal static class MailHub
{
    public const string Password = "mail-secret-of-this-test-4711";

    public static Task<HubFixture> Start(Action<HubSetup>? more = null) => HubFixture.Start(setup =>
    {
        setup.Workers = false;
        setup.Services = services => services.Replace(ServiceDescriptor.Singleton(provider => new OutboundSockets(
            provider.GetRequiredService<AddressPolicy>(), new OutboundWiring { Roots = [Certificates.Good] })));
        more?.Invoke(setup);
    });

    /// <summary>Node's server with our certificate.</summary>
    public static Task<MailServer> Server(bool secure = false, string[]? methods = null, bool offersTls = true, bool insecureLogin = false)
    {
        var (key, cert) = Certificates.Pem(Certificates.Good);
        return MailServer.Start(new
        {
            key, cert, secure, authMethods = methods ?? ["PLAIN", "LOGIN", "XOAUTH2"],
            authOptional = true, size = 20_000_000, hideSTARTTLS = !offersTls, allowInsecureAuth = insecureLogin,
        });
    }

    public static object Configuration(
        int port, string security = "starttls", string? user = "ann", string? method = null, string from = "hub@example.com") => new
    {
        host = "127.0.0.1", port, security, username = user, password = user is null ? null : Password, auth_method = method,
        from_address = from, from_name = "Hüb, the \"first\"",
    };

    public static async Task<long> Integration(HubFixture hub, long scope, object configuration, string name = "Mail") =>
        (await hub.Http.Post("integrations", new { scope_id = scope, name, integration_type = "smtp", configuration })).Expect(201)
            .GetProperty("id").GetInt64();
}
