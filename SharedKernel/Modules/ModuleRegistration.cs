using FluentValidation;
using Hub.SharedKernel.Requests;
using MediatR;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Hub.SharedKernel.Modules;

public static class ModuleRegistration
{
    /// <summary>Registers a module: its handlers, validators and route tables by scanning, the rest by its own hand.</summary>
    public static IServiceCollection AddModule(this IServiceCollection services, IModule module, IConfiguration configuration)
    {
        services.Scan(scan => scan
            .FromAssemblies(module.Assembly)
            .AddClasses(c => c.AssignableToAny(typeof(IRequestHandler<,>), typeof(INotificationHandler<>)), publicOnly: false)
            .As(type => type.GetInterfaces().Where(IsHandler))
            .WithScopedLifetime()
            .AddClasses(c => c.AssignableTo(typeof(IValidator<>)), publicOnly: false)
            .As(type => type.GetInterfaces().Where(i => i.IsGenericType && i.GetGenericTypeDefinition() == typeof(IValidator<>)))
            .WithSingletonLifetime()
            .AddClasses(c => c.AssignableTo<ICarterModule>(), publicOnly: false)
            .As<ICarterModule>()
            .WithSingletonLifetime());
        services.AddSingleton(module);
        module.AddServices(services, configuration);
        return services;
    }

    /// <summary>MediatR with the pipeline every request passes: telemetry outermost, then validation.</summary>
    public static IServiceCollection AddRequestPipeline(this IServiceCollection services)
    {
        services.AddScoped<ServiceFactory>(provider => provider.GetService!);
        services.AddScoped<IMediator, Mediator>();
        services.AddScoped(typeof(IPipelineBehavior<,>), typeof(TelemetryBehavior<,>));
        services.AddScoped(typeof(IPipelineBehavior<,>), typeof(ValidationBehavior<,>));
        return services;
    }

    public static void MapModules(this IEndpointRouteBuilder api)
    {
        foreach (var routes in api.ServiceProvider.GetServices<ICarterModule>())
            routes.AddRoutes(api);
    }

    private static bool IsHandler(Type type) =>
        type.IsGenericType
        && (type.GetGenericTypeDefinition() == typeof(IRequestHandler<,>) || type.GetGenericTypeDefinition() == typeof(INotificationHandler<>));
}
