using Microsoft.AspNetCore.Routing;

namespace Hub.SharedKernel.Modules;

/// <summary>A feature's table of contents: it maps the feature's slices below <c>/api/v1</c>. Shaped like Carter's interface of the same name.</summary>
public interface ICarterModule
{
    void AddRoutes(IEndpointRouteBuilder app);
}
