using Hub.Host.Authentication;
using Hub.Host.Health;
using Hub.Host.Http;
using Hub.Host.Metrics;
using Hub.Host.OpenApi;
using Hub.Host.Telemetry;
using Hub.Host.Web;
using Hub.SharedKernel;
using Hub.SharedKernel.Http;
using Hub.SharedKernel.Modules;
using Hub.SharedKernel.Outbound;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Hub.Host;

/// <summary>The composition root: which services there are, and what a request passes on its way.</summary>
internal static class HubHost
{
    public const string DefaultUrl = "http://127.0.0.1:5080";

    /// <summary>A builder with the product's configuration sources; <c>ConnectionStrings:Hub</c> may still be missing.</summary>
    public static WebApplicationBuilder CreateBuilder(string[] args)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
        if (builder.Configuration["urls"] is null && builder.Configuration["http_ports"] is null)
            builder.WebHost.UseUrls(DefaultUrl);
        builder.Logging.AddSimpleConsole(console =>
        {
            console.SingleLine = true;
            console.UseUtcTimestamp = true;
            console.TimestampFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z' ";
        });
        builder.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);
        builder.Logging.NeverLogAddresses();
        builder.Logging.AddFilter("Microsoft.Hosting.Lifetime", LogLevel.Warning);
        builder.Logging.AddFilter("Hub.Host.Authentication", LogLevel.Warning);
        // The key ring's own messages name keys by id only, yet at information level they drown the start.
        builder.Logging.AddFilter("Microsoft.AspNetCore.DataProtection", LogLevel.Warning);
        return builder;
    }

    /// <param name="builder">With the database settled.</param>
    /// <param name="customise">Last word on the services: tests put their doubles in here.</param>
    public static WebApplication Build(WebApplicationBuilder builder, Action<IServiceCollection>? customise = null)
    {
        var services = builder.Services;
        services.Configure<KestrelServerOptions>(kestrel =>
        {
            kestrel.AddServerHeader = false;
            // What is read ahead of whoever asks for it: a megabyte by default, and thousands of connections have it each.
            kestrel.Limits.MaxRequestBufferSize = kestrel.Limits.MaxRequestHeadersTotalSize;
        });
        services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(30));
        services.AddKernel();
        services.AddOutboundHttp(builder.Configuration);
        services.AddHubAuthentication();
        services.AddHubOpenApi();
        services.AddHubHealth();
        services.AddPrometheus();
        services.AddTelemetry(builder.Configuration);
        foreach (var module in HubModules.All)
            services.AddModule(module, builder.Configuration);
        customise?.Invoke(services);

        var app = builder.Build();
        app.UseApiPaths();
        app.UseKeysInQuery();
        app.UseResponseHeaders();
        app.UseExceptionHandler(_ => { });
        app.UseProblemStatusPages();
        app.UseApiReference();
        app.UseRouting();
        app.UseRateLimiter();
        app.UseAuthentication();
        app.UseAuthorization();
        app.UseCsrfProtection();
        app.UseOutputCache();
        app.UseIdempotency();
        app.MapGroup(ApiPaths.Current).AddEndpointFilter<RouteGroupBuilder, ETagFilter>().MapModules();
        app.MapHubHealth();
        app.MapPrometheus();
        app.MapHubOpenApi();
        app.MapSignInPages();
        return app;
    }
}
