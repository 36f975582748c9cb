using System.CommandLine;
using System.Text.Json;
using Hub.Integrations.Contracts;
using Hub.SharedKernel.Http;
using Hub.SharedKernel.Problems;
using MediatR;

namespace Hub.Host.CommandLine;

/// <summary><c>hub import rulesets | integrations</c>: old data from a file or straight from the old database. Prints the report; 1 when something could not be imported.</summary>
internal static class ImportCommand
{
    private static readonly JsonSerializerOptions Printed = new(HubJson.Options) { WriteIndented = true };

    public static Command Create() => new("import", "Bring old data in; run again, it changes nothing.")
    {
        Create("rulesets", "Import old rulesets, their columns as integrations.", OldDatabase.Rulesets, async (mediator, rows, scope, dryRun, ct) =>
        {
            var report = await mediator.Send(new ImportRulesets(rows, scope, dryRun), ct);
            return (report, report.Errors.Count);
        }),
        Create("integrations", "Import old rows of integrations into one scope.", OldDatabase.Integrations, async (mediator, rows, scope, dryRun, ct) =>
        {
            var report = await mediator.Send(new ImportIntegrations(rows, scope, dryRun), ct);
            return (report, report.Errors.Count);
        }),
    };

    private static Command Create(
        string name, string description, OldTable table,
        Func<IMediator, IAsyncEnumerable<JsonElement>, long, bool, CancellationToken, Task<(object Report, int Errors)>> import)
    {
        var file = new Argument<FileInfo?>("file") { Description = "A JSON array of old rows.", Arity = ArgumentArity.ZeroOrOne };
        var connection = new Option<string?>("--connection") { Description = "Read the old table from this PostgreSQL database instead of a file." };
        var scope = new Option<long>("--scope") { Description = "The scope they shall belong to; 1 is the platform.", DefaultValueFactory = _ => 1 };
        var dryRun = new Option<bool>("--dry-run") { Description = "Only report what would be done." };
        var command = new Command(name, description) { file, connection, scope, dryRun };
        command.SetAction(async (parsed, ct) =>
        {
            var rows = await Rows(table, parsed.GetValue(file), parsed.GetValue(connection), ct);
            return await Run(mediator => import(mediator, rows, parsed.GetValue(scope), parsed.GetValue(dryRun), ct), ct);
        });
        return command;
    }

    private static async Task<IAsyncEnumerable<JsonElement>> Rows(OldTable table, FileInfo? file, string? connection, CancellationToken ct) => (file, connection) switch
    {
        (null, { Length: > 0 } text) => OldDatabase.Read(table, text, Console.Error.WriteLine, ct),
        ({ } named, null) => (await Parse(named, ct)).ToAsyncEnumerable(),
        _ => throw new StartupException("Name a file, or a database with --connection; one of the two."),
    };

    private static async Task<IEnumerable<JsonElement>> Parse(FileInfo file, CancellationToken ct)
    {
        if (!file.Exists)
            throw new StartupException($"There is no file {file.FullName}.");
        try
        {
            await using var stream = file.OpenRead();
            var rows = await JsonSerializer.DeserializeAsync<JsonElement>(stream, HubJson.Options, ct);
            return rows.ValueKind is JsonValueKind.Array ? rows.EnumerateArray() : throw new StartupException($"{file.Name} must hold a JSON array of old rows.");
        }
        catch (JsonException fault)
        {
            throw new StartupException($"{file.Name} is not readable as JSON at line {fault.LineNumber + 1}, byte {fault.BytePositionInLine + 1}. Nothing was imported.");
        }
    }

    private static async Task<int> Run(Func<IMediator, Task<(object Report, int Errors)>> import, CancellationToken ct)
    {
        await using var scope = await CommandScope.Open(ct);
        await scope.Mediator.Send(new EnsureKeyRing(), ct);
        try
        {
            var (report, errors) = await import(scope.Mediator);
            Console.WriteLine(JsonSerializer.Serialize(report, report.GetType(), Printed));
            return errors == 0 ? 0 : 1;
        }
        catch (HubException refused)
        {
            throw new StartupException(refused.Errors is { } errors
                ? string.Join(Environment.NewLine, errors.Select(error => $"{error.Key}: {string.Join("; ", error.Value)}"))
                : refused.Message);
        }
    }
}
