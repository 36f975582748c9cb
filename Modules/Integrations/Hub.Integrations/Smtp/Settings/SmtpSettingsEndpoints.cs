using Hub.SharedKernel.Modules;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hub.Integrations.Smtp.Settings;

internal sealed class SmtpSettingsEndpoints : ICarterModule
{
    public void AddRoutes(IEndpointRouteBuilder app)
    {
        var group = app.MapGroup("/smtp-settings").WithTags("SMTP settings");
        GetSmtpSettings.Map(group);
        PutSmtpSettings.Map(group);
        TestSmtpSettings.Map(group);
    }
}
