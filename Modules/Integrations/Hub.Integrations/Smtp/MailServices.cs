using Hub.Integrations.ConnectionTests;
using Hub.Integrations.Smtp.Client;
using Hub.Integrations.Smtp.Settings;
using Microsoft.Extensions.DependencyInjection;

namespace Hub.Integrations.Smtp;

internal static class MailServices
{
    public static void AddMail(this IServiceCollection services)
    {
        services.AddSingleton(SmtpPatience.Usual);
        services.AddSingleton<SmtpClient>();
        services.AddSingleton<SmtpAccounts>();
        services.AddSingleton<MailSender>();
        services.AddSingleton<IConnectionTest, SmtpConnectionTest>();
        services.AddScoped<SmtpSettings>();
    }
}
