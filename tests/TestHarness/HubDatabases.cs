using Dapper;
using Hub.Host.Startup;
using Hub.SharedKernel.Data;

namespace Hub.TestHarness;

/// <summary>Databases with the product's schema, cloned from a template that is migrated once per test process.</summary>
public static class HubDatabases
{
    // Dapper compiles its readers and writers anew for each connection string. All databases here have one schema.
    static HubDatabases() => SqlMapper.ConnectionStringComparer = EqualityComparer<string>.Create((_, _) => true, _ => 0);

    /// <summary>32 fixed bytes: clones share a key ring.</summary>
    public const string MasterKey = "dGVzdC1tYXN0ZXIta2V5LTAxMjM0NTY3ODlhYmNkZWY=";

    public static Task<string> Create() => TestPostgres.CloneTemplate("hub", async connectionString =>
    {
        await using var source = DataServices.Open(connectionString);
        await HubMigrations.Up(source, TimeProvider.System, null, CancellationToken.None);
    });
}
