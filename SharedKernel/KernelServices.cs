using System.Reflection;
using Hub.SharedKernel.Access;
using Hub.SharedKernel.Auditing;
using Hub.SharedKernel.Budgets;
using Hub.SharedKernel.Data;
using Hub.SharedKernel.Http;
using Hub.SharedKernel.Idempotency;
using Hub.SharedKernel.Modules;
using Hub.SharedKernel.Problems;
using Hub.SharedKernel.Secrets;
using Hub.SharedKernel.Workers;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Hub.SharedKernel;

/// <summary>Registers what every module needs and none owns.</summary>
public static class KernelServices
{
    /// <summary>The kernel's own PostgreSQL schema: the audit log and idempotency keys.</summary>
    public const string Schema = "kernel";

    public static Assembly Assembly => typeof(KernelServices).Assembly;

    public static IServiceCollection AddKernel(this IServiceCollection services)
    {
        services.AddSingleton(TimeProvider.System);
        services.AddDatabase();
        services.AddRequestPipeline();
        services.AddRoles();
        services.AddSingleton<PublicAddress>();
        services.AddSingleton<SessionCookie>();
        services.AddScoped<Audit>();
        services.AddScoped<IdempotencyStore>();
        services.AddSingleton<SecretProtector>();
        services.AddSingleton<WorkerContext>();
        services.AddBudgets();
        services.AddExceptionHandler<ProblemExceptionHandler>();
        services.ConfigureHttpJsonOptions(options => HubJson.Configure(options.SerializerOptions));
        // Bad input must reach the exception handler, which names the field, in every environment.
        services.Configure<Microsoft.AspNetCore.Routing.RouteHandlerOptions>(options => options.ThrowOnBadRequest = true);
        FluentValidation.ValidatorOptions.Global.LanguageManager.Enabled = false;
        return services;
    }

    /// <summary>After authentication: the caller is known, the endpoint not yet run.</summary>
    public static IApplicationBuilder UseIdempotency(this IApplicationBuilder app) => app.UseMiddleware<IdempotencyMiddleware>();
}
