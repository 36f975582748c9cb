using Hub.SharedKernel.Modules;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Hub.Schemas;

public sealed class SchemasModule : IModule
{
    public string Name => "schemas";

    public void AddServices(IServiceCollection services, IConfiguration configuration)
    {
    }
}
