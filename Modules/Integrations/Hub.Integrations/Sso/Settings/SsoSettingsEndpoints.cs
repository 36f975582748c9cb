using Hub.SharedKernel.Modules;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hub.Integrations.Sso.Settings;

internal sealed class SsoSettingsEndpoints : ICarterModule
{
    public void AddRoutes(IEndpointRouteBuilder app)
    {
        var group = app.MapGroup("/sso-settings").WithTags("Single sign-on");
        GetSsoSettings.Map(group);
        PutSsoSettings.Map(group);
        TestSsoSettings.Map(group);
    }
}
