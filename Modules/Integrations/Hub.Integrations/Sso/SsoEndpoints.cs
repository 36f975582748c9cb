using Hub.SharedKernel.Access;
using Hub.SharedKernel.Http;
using Hub.SharedKernel.Modules;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hub.Integrations.Sso;

internal sealed class SsoEndpoints : ICarterModule
{
    public void AddRoutes(IEndpointRouteBuilder app)
    {
        var group = app.MapGroup("/auth/sso").WithTags("Single sign-on").AllowAnonymous()
            .RequireRateLimiting(SignInLimit.Redirects).WithMetadata(AnswersWithPages.Instance);
        StartSso.Map(group);
        FinishSso.Map(group);
        ReceiveAssertion.Map(group);
        ShowMetadata.Map(group);
    }
}
