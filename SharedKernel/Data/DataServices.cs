using System.Data.Common;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Hub.SharedKernel.Data;

public static class DataServices
{
    /// <summary>The data source behind <c>ConnectionStrings:Hub</c>, the scoped <see cref="Db"/>, and the process's signal listener.</summary>
    public static IServiceCollection AddDatabase(this IServiceCollection services)
    {
        DapperSetup.Apply();
        services.AddSingleton(provider => Open(ConnectionString(provider.GetRequiredService<IConfiguration>())));
        services.AddScoped<Db>();
        services.AddSingleton<DbSignals>();
        services.AddHostedService(provider => provider.GetRequiredService<DbSignals>());
        return services;
    }

    public static string ConnectionString(IConfiguration configuration) =>
        configuration.GetConnectionString("Hub") ?? throw new InvalidOperationException("ConnectionStrings:Hub is not set.");

    public static NpgsqlDataSource Open(string connectionString)
    {
        var settings = new NpgsqlConnectionStringBuilder(connectionString);
        // Asked of the plain builder: Npgsql's says yes to every name it knows.
        var given = new DbConnectionStringBuilder { ConnectionString = settings.ConnectionString };
        if (!given.ContainsKey("Application Name"))
            settings.ApplicationName = "integration-hub";
        if (!given.ContainsKey("Timeout"))
            settings.Timeout = 5;
        if (!given.ContainsKey("Max Auto Prepare"))
            settings.MaxAutoPrepare = 200;
        // The name is a metric label; without it the label would be the connection string.
        return new NpgsqlDataSourceBuilder(settings.ConnectionString) { Name = "hub" }.Build();
    }
}
