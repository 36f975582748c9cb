using System.Reflection;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Hub.SharedKernel.Modules;

/// <summary>The one type a module exports. Its <see cref="Name"/> is also its PostgreSQL schema and its folder under db/.</summary>
public interface IModule
{
    string Name { get; }

    Assembly Assembly => GetType().Assembly;

    /// <summary>What scanning cannot find: workers, options, singletons.</summary>
    void AddServices(IServiceCollection services, IConfiguration configuration);
}
