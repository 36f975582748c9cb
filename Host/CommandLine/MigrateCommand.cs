using System.CommandLine;
using Hub.Host.Startup;

namespace Hub.Host.CommandLine;

/// <summary><c>hub migrate up | down --to N [--schema S] | status</c>.</summary>
internal static class MigrateCommand
{
    public static Command Create()
    {
        var up = new Command("up", "Apply every pending step.");
        up.SetAction((_, ct) => Up(ct));
        var down = new Command("down", "Run the ways down.");
        var to = new Option<int>("--to") { Description = "The step to keep; 0 removes all.", Required = true };
        var schema = new Option<string?>("--schema") { Description = "One schema only: " + string.Join(", ", HubMigrations.Schemas().Select(s => s.Name)) + "." };
        down.Options.Add(to);
        down.Options.Add(schema);
        down.SetAction((parsed, ct) => Down(parsed.GetValue(schema), parsed.GetValue(to), ct));
        var status = new Command("status", "Show what is applied and what is pending.");
        status.SetAction((_, ct) => Status(ct));
        var migrate = new Command("migrate", "Bring the database schema up or down.") { up, down, status };
        migrate.SetAction((_, ct) => Up(ct));
        return migrate;
    }

    private static async Task<int> Up(CancellationToken ct)
    {
        await using var scope = await CommandScope.Open(ct);
        var steps = await HubMigrations.Up(scope.Source, TimeProvider.System, Console.WriteLine, ct);
        Console.WriteLine(steps == 0 ? "Nothing to do: the schema is current." : $"{steps} steps applied.");
        return 0;
    }

    private static async Task<int> Down(string? schema, int to, CancellationToken ct)
    {
        if (schema is null && to != 0)
            throw new StartupException("Steps are numbered per schema: name one with --schema, or go down to 0.");
        if (schema is not null && HubMigrations.Schemas().All(s => s.Name != schema))
            throw new StartupException($"There is no schema '{schema}'.");
        await using var scope = await CommandScope.Open(ct);
        var steps = await HubMigrations.Down(scope.Source, schema, to, TimeProvider.System, Console.WriteLine, ct);
        Console.WriteLine($"{steps} steps taken back.");
        return 0;
    }

    private static async Task<int> Status(CancellationToken ct)
    {
        await using var scope = await CommandScope.Open(ct);
        foreach (var schema in await HubMigrations.Status(scope.Source, TimeProvider.System, ct))
            Console.WriteLine($"{schema.Schema,-14} {schema.Applied} of {schema.Known} applied{(schema.Pending.Count > 0 ? "; pending: " + string.Join(", ", schema.Pending) : "")}");
        return 0;
    }
}
