using System.Globalization;
using Hub.Host.EmbeddedPostgres;
using Hub.Host.Startup;
using Hub.SharedKernel.Data;
using Hub.SharedKernel.Migrations;
using Npgsql;

namespace Hub.Host.CommandLine;

/// <summary><c>hub doctor</c>: looks at everything the hub needs and says what is wrong and what to do.</summary>
internal static class DoctorCommand
{
    public static System.CommandLine.Command Create()
    {
        var command = new System.CommandLine.Command("doctor", "Check the configuration, the database and the keys.");
        command.SetAction((_, ct) => Run(ct));
        return command;
    }

    private static async Task<int> Run(CancellationToken ct)
    {
        var configuration = HubHost.CreateBuilder([]).Configuration;
        var directory = Path.GetFullPath(configuration["Hub:DataDirectory"] ?? ".hub");
        var findings = new List<Finding> { DataDirectory(directory), Clock() };
        if (configuration.GetConnectionString("Hub") is { Length: > 0 })
            findings.Add(MasterKey(configuration["HUB_MASTER_KEY"]));
        findings.AddRange(await Database(configuration, ct));
        foreach (var finding in findings)
            Console.WriteLine($"{(finding.Ok ? "ok   " : "WRONG")} {finding.What}: {finding.Detail}");
        return findings.All(finding => finding.Ok) ? 0 : 1;
    }

    private static Finding DataDirectory(string directory)
    {
        try
        {
            var existing = directory;
            while (!Directory.Exists(existing))
                existing = Path.GetDirectoryName(existing)!;
            var probe = Path.Combine(existing, Path.GetRandomFileName());
            File.WriteAllText(probe, "");
            File.Delete(probe);
            return new(true, "data directory", Directory.Exists(directory) ? $"{directory} can be written" : $"{directory} will be made at the first start");
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return new(false, "data directory", $"{directory} cannot be written: {fault.Message}. Choose another with Hub__DataDirectory.");
        }
    }

    // Signatures carry times with a tolerance of minutes; a clock before this build cannot be right.
    private static Finding Clock()
    {
        var now = TimeProvider.System.GetUtcNow();
        var built = File.GetLastWriteTimeUtc(typeof(DoctorCommand).Assembly.Location);
        return now.UtcDateTime > built.AddDays(-1)
            ? new(true, "clock", now.ToString("u", CultureInfo.InvariantCulture))
            : new(false, "clock", $"{now:u} is before this build was made. Set the system's time.");
    }

    private static Finding MasterKey(string? key) => key switch
    {
        null or "" => new(false, "master key", "with an outside database HUB_MASTER_KEY must be given: base64 of 32 bytes, e.g. openssl rand -base64 32."),
        _ when Convert.TryFromBase64String(key, new byte[key.Length], out var length) && length == 32 => new(true, "master key", "has 32 bytes"),
        _ => new(false, "master key", "HUB_MASTER_KEY is not base64 of 32 bytes."),
    };

    private static async Task<IReadOnlyList<Finding>> Database(ConfigurationManager configuration, CancellationToken ct)
    {
        DapperSetup.Apply();
        try
        {
            await using var database = await HubDatabase.Open(configuration, _ => { }, beside: true, ct);
            await using var source = DataServices.Open(database.ConnectionString);
            await using var connection = await source.OpenConnectionAsync(ct);
            var version = connection.PostgreSqlVersion;
            var pending = (await HubMigrations.Status(source, TimeProvider.System, ct)).Sum(schema => schema.Pending.Count);
            return
            [
                new(version.Major >= 15, "database", $"PostgreSQL {version}{(version.Major < 15 ? "; 15 or newer is needed" : "")}"),
                new(true, "migrations", pending == 0 ? "current" : $"{pending} steps pending; the next start applies them"),
            ];
        }
        catch (Exception fault) when (fault is NpgsqlException or MigrationException or EmbeddedPostgresException)
        {
            return [new(false, "database", fault.Message)];
        }
    }

    private sealed record Finding(bool Ok, string What, string Detail);
}
