using Hub.SharedKernel.Modules;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hub.Integrations.Sessions;

internal sealed class SessionsEndpoints : ICarterModule
{
    public void AddRoutes(IEndpointRouteBuilder app)
    {
        var group = app.MapGroup("/auth").WithTags("Sessions");
        SignIn.Map(group);
        ShowSession.Map(group);
        ListSessions.Map(group);
        SignOut.Map(group);
        RevokeSession.Map(group);
    }
}
