using System.CommandLine;
using System.Diagnostics;
using Hub.Host.Startup;
using Hub.Integrations.Contracts;
using MediatR;
using Npgsql;

namespace Hub.Host.CommandLine;

/// <summary><c>hub serve</c>: finds or starts the database, migrates, makes sure of keys, listens until told to stop, then drains.</summary>
internal static class ServeCommand
{
    private static readonly string[] Verbs = ["serve", "migrate", "keys", "import", "catalogue", "secrets", "doctor"];

    public static Command Create(string[] args)
    {
        var command = new Command("serve", "Start the hub (the default).");
        MakeDefault(command, args);
        return command;
    }

    public static void MakeDefault(Command command, string[] args)
    {
        command.Options.Add(new Option<string>("--urls") { Description = "Where to listen; default " + HubHost.DefaultUrl + "." });
        command.Options.Add(new Option<bool>("--accept-lost-secrets") { Description = "Start although stored secrets cannot be decrypted with this master key." });
        // Settings may be given as --Hub:Name=value; what is not an option is a mistyped command.
        command.TreatUnmatchedTokensAsErrors = false;
        command.SetAction((parsed, ct) => parsed.UnmatchedTokens.FirstOrDefault(token => !token.StartsWith('-')) is { } stray
            ? throw new StartupException($"'{stray}' is not a command. Commands: {string.Join(", ", Verbs)}. See hub --help.")
            : Serve([.. args.Where(arg => arg is not "serve").Select(arg => arg is "--accept-lost-secrets" ? "--Hub:AcceptLostSecrets=true" : arg)], ct));
    }

    private static async Task<int> Serve(string[] args, CancellationToken ct)
    {
        var started = Stopwatch.GetTimestamp();
        var builder = HubHost.CreateBuilder(args);
        await using var database = await HubDatabase.Open(builder.Configuration, Say, beside: false, ct);
        await using var app = HubHost.Build(builder);
        await Prepare(app, ct);
        await app.StartAsync(ct);
        Say($"Ready on {string.Join(", ", app.Urls)} after {Stopwatch.GetElapsedTime(started).TotalSeconds:0.0} s. API reference: {app.Urls.First()}/docs");
        await app.WaitForShutdownAsync(ct);
        Say("Stopped.");
        return 0;
    }

    /// <summary>Brings the database to this build's state. Also what a test host runs before it starts.</summary>
    internal static async Task Prepare(WebApplication app, CancellationToken ct)
    {
        var configuration = app.Configuration;
        var source = app.Services.GetRequiredService<NpgsqlDataSource>();
        await DatabaseWait.UntilReachable(source, Say, ct);
        var steps = await HubMigrations.Up(source, app.Services.GetRequiredService<TimeProvider>(), step => Say($"Migrating {step}"), ct);
        if (steps > 0)
            Say($"The schema is current after {steps} steps.");

        await using var scope = app.Services.CreateAsyncScope();
        var mediator = scope.ServiceProvider.GetRequiredService<IMediator>();
        await mediator.Send(new EnsureKeyRing(), ct);
        var given = configuration["HUB_ADMIN_KEY"];
        var first = await mediator.Send(new EnsureFirstAdminKey(string.IsNullOrWhiteSpace(given) ? null : given), ct);
        if (first.NewKey is { } key && given is null)
            AdminKeyFile.Announce(configuration["Hub:DataDirectory"]!, key, Say);
    }

    private static void Say(string line) => Console.WriteLine(line);
}
