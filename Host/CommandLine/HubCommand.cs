using System.CommandLine;
using Hub.Host.EmbeddedPostgres;
using Hub.SharedKernel.Migrations;
using Hub.SharedKernel.Secrets;
using Npgsql;

namespace Hub.Host.CommandLine;

/// <summary>The command line of the executable. Without a command it serves.</summary>
internal static class HubCommand
{
    public static async Task<int> Run(string[] args)
    {
        var root = new RootCommand("Integration Hub: integrations, synchronisation and webhooks for your product.")
        {
            ServeCommand.Create(args),
            MigrateCommand.Create(),
            KeysCommand.Create(),
            ImportCommand.Create(),
            CatalogueCommand.Create(),
            ConfigCommand.Create(),
            SecretsCommand.Create(),
            DoctorCommand.Create(),
        };
        ServeCommand.MakeDefault(root, args);
        try
        {
            return await root.Parse(args).InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });
        }
        catch (Exception fault) when (fault is StartupException or EmbeddedPostgresException or MigrationException or MasterKeyException)
        {
            await Console.Error.WriteLineAsync(fault.Message);
            return 1;
        }
        catch (InvalidOperationException fault) when (fault.InnerException is MasterKeyException reason)
        {
            await Console.Error.WriteLineAsync(reason.Message);
            return 1;
        }
        catch (PostgresException fault) when (fault.SqlState is PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.InvalidSchemaName)
        {
            await Console.Error.WriteLineAsync("This database does not have the hub's schema yet: run hub migrate up, or start the hub once.");
            return 1;
        }
        catch (NpgsqlException fault)
        {
            await Console.Error.WriteLineAsync($"The database cannot be used: {fault.Message}");
            return 1;
        }
    }
}

/// <summary>The hub cannot do what was asked; the message says why and what to do, for a person at a terminal.</summary>
public sealed class StartupException(string message) : Exception(message);
