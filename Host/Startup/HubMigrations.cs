using System.Reflection;
using Hub.SharedKernel;
using Hub.SharedKernel.Migrations;
using Npgsql;

namespace Hub.Host.Startup;

/// <summary>All schemas of the product: the kernel's first, then each module's.</summary>
internal static class HubMigrations
{
    public static async Task<int> Up(NpgsqlDataSource source, TimeProvider time, Action<string>? say, CancellationToken ct)
    {
        var count = 0;
        foreach (var migrator in Migrators(source, time))
            count += await migrator.Migrate(null, say, ct);
        return count;
    }

    /// <param name="source">Where.</param>
    /// <param name="schema">Which schema; null for all, last one first, and then only all the way down makes sense.</param>
    /// <param name="target">The step to keep.</param>
    /// <param name="time">The clock.</param>
    /// <param name="say">Told about each step.</param>
    /// <param name="ct">Cancels between steps.</param>
    public static async Task<int> Down(NpgsqlDataSource source, string? schema, int target, TimeProvider time, Action<string>? say, CancellationToken ct)
    {
        var count = 0;
        foreach (var (name, assembly) in Schemas().Where(s => schema is null || s.Name == schema).Reverse())
            count += await new SqlMigrator(source, assembly, name, time).Migrate(target, say, ct);
        return count;
    }

    public static async Task<IReadOnlyList<MigrationStatus>> Status(NpgsqlDataSource source, TimeProvider time, CancellationToken ct)
    {
        var all = new List<MigrationStatus>();
        foreach (var migrator in Migrators(source, time))
            all.Add(await migrator.Status(ct));
        return all;
    }

    public static IEnumerable<(string Name, Assembly Assembly)> Schemas() =>
        HubModules.All.Select(module => (module.Name, module.Assembly)).Prepend((KernelServices.Schema, KernelServices.Assembly));

    private static IEnumerable<SqlMigrator> Migrators(NpgsqlDataSource source, TimeProvider time) =>
        Schemas().Select(schema => new SqlMigrator(source, schema.Assembly, schema.Name, time));
}
