using System.Xml.Linq;
using Dapper;
using Hub.SharedKernel.Data;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.DataProtection.KeyManagement.Internal;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Hub.Integrations.Secrets;

/// <summary>Keeps the Data Protection keys in the database, so that all replicas share them and a backup holds them with what they encrypt.</summary>
/// <remarks>
/// On a connection of its own, outside the pool: Data Protection asks whenever it likes, also in the middle of somebody's transaction, and keeps a thread
/// waiting. Those who hold the pool's connections may be waiting for the keys.
/// </remarks>
internal sealed class KeyRing : IXmlRepository
{
    private readonly string connectionString;

    public KeyRing(string connectionString) =>
        this.connectionString = new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false, ApplicationName = "integration-hub" }.ConnectionString;

    public IReadOnlyCollection<XElement> GetAllElements()
    {
        using var connection = Open();
        return [.. connection.Query<string>(SelectUsable).Select(XElement.Parse)];
    }

    public void StoreElement(XElement element, string friendlyName)
    {
        using var connection = Open();
        connection.Execute(Insert, new { friendlyName, xml = element.ToString(SaveOptions.DisableFormatting) });
    }

    private NpgsqlConnection Open()
    {
        var connection = new NpgsqlConnection(connectionString);
        connection.Open();
        return connection;
    }

    private const string SelectUsable = "select xml from integrations.data_protection_keys where lost_at is null and archived_at is null order by id";

    private const string Insert = """
        insert into integrations.data_protection_keys (friendly_name, xml) values (@friendlyName, @xml)
        on conflict (friendly_name) do nothing;
        notify integrations_key_ring
        """;
}

internal static class KeyRingServices
{
    /// <summary>Data Protection over <see cref="KeyRing"/>, wrapped by the master key.</summary>
    public static IServiceCollection AddKeyRing(this IServiceCollection services)
    {
        services.AddSingleton(provider => MasterKey.Read(provider.GetRequiredService<IConfiguration>()));
        services.AddSingleton<IConfigureOptions<KeyManagementOptions>, Options>();
        services.AddSingleton<LiveKeyRing>();
        services.AddSingleton<IKeyRingProvider>(provider => provider.GetRequiredService<LiveKeyRing>());
        services.AddDataProtection().SetApplicationName("integration-hub");
        return services;
    }

    private sealed class Options(IConfiguration configuration, MasterKey master) : IConfigureOptions<KeyManagementOptions>
    {
        public void Configure(KeyManagementOptions options)
        {
            options.XmlRepository = new KeyRing(DataServices.ConnectionString(configuration));
            options.XmlEncryptor = new KeyWrapper(master);
        }
    }
}
