using System.Data;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using Npgsql;

namespace Hub.Host.CommandLine;

/// <summary>A table of the system that the hub replaces.</summary>
/// <param name="Name">What it is called there.</param>
/// <param name="Select">Reads each row as one JSON object, whatever columns there are.</param>
/// <param name="Columns">Those that mean something here.</param>
internal sealed record OldTable(string Name, string Select, IReadOnlySet<string> Columns);

/// <summary>Reads an old table row by row, in one read-only transaction that sees one state of it.</summary>
internal static class OldDatabase
{
    public static readonly OldTable Rulesets = new(
        "rulesets", "select to_jsonb(old)::text from rulesets old",
        new HashSet<string>(StringComparer.OrdinalIgnoreCase)
        {
            "id", "legacy_id", "name", "description", "is_active", "search_priority", "response_guidelines", "context_rules", "ai_behavior_rules",
            "conversation_rules", "mode_settings", "notion_config", "azure_devops_config", "github_config", "dynatrace_config",
        });

    public static readonly OldTable Integrations = new(
        "integrations", "select to_jsonb(old)::text from integrations old",
        new HashSet<string>(StringComparer.OrdinalIgnoreCase)
        {
            "id", "legacy_id", "name", "integration_type", "type", "is_enabled", "enabled", "is_active", "active", "priority", "config", "configuration",
            "settings", "config_data", "credentials",
        });

    /// <param name="table">Which table.</param>
    /// <param name="connectionString">Npgsql's, with a user who may read it.</param>
    /// <param name="say">Told once of columns that are not read.</param>
    /// <param name="ct">Stops reading.</param>
    /// <exception cref="StartupException">It cannot be read.</exception>
    public static async IAsyncEnumerable<JsonElement> Read(
        OldTable table, string connectionString, Action<string> say, [EnumeratorCancellation] CancellationToken ct = default)
    {
        await using var source = await Try(() => Task.FromResult(NpgsqlDataSource.Create(connectionString)));
        await using var connection = await Try(async () => await source.OpenConnectionAsync(ct));
        await using var transaction = await Try(async () => await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, ct));
        await using (var readOnly = new NpgsqlCommand("set transaction read only", connection, transaction))
            await Try(() => readOnly.ExecuteNonQueryAsync(ct));
        await using var command = new NpgsqlCommand(table.Select, connection, transaction) { CommandTimeout = 0 };
        await using var reader = await Try(() => command.ExecuteReaderAsync(CommandBehavior.SequentialAccess, ct));
        var told = false;
        while (await Try(() => reader.ReadAsync(ct)))
        {
            var row = JsonNode.Parse(await Try(() => reader.GetFieldValueAsync<string>(0, ct)))!.AsObject();
            var unread = row.Select(column => column.Key).Where(column => !table.Columns.Contains(column)).ToArray();
            foreach (var column in unread)
                row.Remove(column);
            if (unread.Length > 0 && !told)
                say($"These columns of {table.Name} are not read: {string.Join(", ", unread)}.");
            told = true;
            yield return JsonSerializer.SerializeToElement(row);
        }
    }

    private static async Task<T> Try<T>(Func<Task<T>> step)
    {
        try
        {
            return await step();
        }
        catch (ArgumentException)
        {
            // Its message may quote the connection string.
            throw new StartupException("--connection is not a connection string, such as Host=localhost;Database=old;Username=reader;Password=...");
        }
        catch (PostgresException fault) when (fault.SqlState is PostgresErrorCodes.UndefinedTable)
        {
            throw new StartupException("The old database has no such table, or its user does not see it: check Database, Username and Search Path of --connection.");
        }
        catch (PostgresException fault)
        {
            throw new StartupException($"The old database refused: {fault.MessageText}");
        }
        catch (NpgsqlException fault)
        {
            throw new StartupException($"The old database cannot be read: {fault.Message}");
        }
    }
}
