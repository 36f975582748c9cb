using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Hub.Integrations.Contracts;
using Hub.SharedKernel.Problems;
using MediatR;

namespace Hub.Host.CommandLine;

/// <summary><c>hub secrets rotate | status | rewrap</c>: the keys that encrypt secrets. Works beside hubs that serve.</summary>
internal static class SecretsCommand
{
    private const string NewMasterKey = "HUB_NEW_MASTER_KEY";
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(200);

    public static Command Create()
    {
        var rotate = new Command("rotate", "Make a new key and encrypt every stored secret with it. Continues a rotation that was interrupted.");
        rotate.SetAction((_, ct) => With((scope, _) => Rotate(scope.Mediator, ct), ct));

        var status = new Command("status", "Show the keys, what they are used for, and which secrets cannot be opened.");
        status.SetAction((_, ct) => With((scope, _) => Status(scope.Mediator, ct), ct));

        var file = new Option<FileInfo?>("--new-master-key-file") { Description = $"Holds the new master key; else {NewMasterKey} does." };
        var rewrap = new Command("rewrap", "Wrap the key ring with another master key. Restart every hub with it afterwards.") { file };
        rewrap.SetAction((parsed, ct) => With((scope, configuration) => Rewrap(scope.Mediator, configuration, parsed.GetValue(file), ct), ct));
        return new Command("secrets", "Rotate and inspect the keys that encrypt secrets.") { rotate, status, rewrap };
    }

    private static async Task Rotate(IMediator mediator, CancellationToken ct)
    {
        var rotation = await Begin(mediator, ct);
        var shown = Stopwatch.GetTimestamp();
        while (rotation.CompletedAt is null)
        {
            if (await mediator.Send(new ContinueSecretRotation(), ct) == 0)
                await Task.Delay(Look, ct);
            rotation = (await mediator.Send(new AskSecretRotation(rotation.Id), ct))!;
            if (Stopwatch.GetElapsedTime(shown) <= TimeSpan.FromSeconds(1))
                continue;
            Console.WriteLine(Progress(rotation));
            shown = Stopwatch.GetTimestamp();
        }

        Console.WriteLine(Progress(rotation));
        if (rotation.Unreadable > 0)
            Console.WriteLine($"{rotation.Unreadable} secrets cannot be opened with any key and were left as they are: hub secrets status names them.");
    }

    private static async Task<SecretRotation> Begin(IMediator mediator, CancellationToken ct)
    {
        try
        {
            var started = await mediator.Send(new StartSecretRotation(), ct);
            Console.WriteLine($"Rotation {started.Id}: new key {started.KeyId}, {started.Total} secrets to encrypt.");
            return started;
        }
        catch (ConflictException running) when (running.Code is "rotation_running")
        {
            var under = (await mediator.Send(new AskSecretRotation(), ct))!;
            Console.WriteLine($"Rotation {under.Id} is under way; carrying it on.");
            return under;
        }
    }

    private static string Progress(SecretRotation rotation) => string.Create(CultureInfo.InvariantCulture,
        $"Rotation {rotation.Id}: {rotation.Done} of {rotation.Total} secrets encrypted, {rotation.Unreadable} unreadable, {rotation.State}.");

    private static async Task Status(IMediator mediator, CancellationToken ct)
    {
        var status = await mediator.Send(new AskSecretsStatus(), ct);
        Console.WriteLine($"Master key {status.MasterKeyId}");
        foreach (var key in status.Keys)
        {
            Console.WriteLine($"Key {key.Id}  {key.State,-8}  made {key.CreatedAt:u}  wrapped with {key.WrappedWith}");
            foreach (var used in status.Secrets.Where(used => used.KeyId == key.Id))
                Console.WriteLine($"    {used.Secrets,8} secrets in {used.Store}");
        }

        foreach (var odd in status.Secrets.Where(used => used.KeyId is null))
            Console.WriteLine($"No known key: {odd.Secrets} secrets in {odd.Store}");
        foreach (var row in status.Unreadable)
            Console.WriteLine($"Unreadable: {row.Owner} ({string.Join(", ", row.Fields)})");
    }

    private static async Task Rewrap(IMediator mediator, IConfiguration configuration, FileInfo? file, CancellationToken ct)
    {
        if (file is { Exists: false })
            throw new StartupException($"There is no file {file.FullName}.");
        var text = file is not null ? await File.ReadAllTextAsync(file.FullName, ct) : configuration[NewMasterKey];
        if (string.IsNullOrWhiteSpace(text))
            throw new StartupException($"Give the new master key in {NewMasterKey} or with --new-master-key-file: base64 of 32 bytes, for example from openssl rand -base64 32.");
        var done = await mediator.Send(new RewrapKeyRing(text.Trim()), ct);
        Console.WriteLine($"{done.Keys} keys are wrapped with master key {done.MasterKeyId} now. Start every hub with it; those that serve go on until then.");
    }

    private static async Task<int> With(Func<CommandScope, IConfiguration, Task> work, CancellationToken ct)
    {
        await using var scope = await CommandScope.Open(ct);
        try
        {
            await work(scope, scope.Configuration);
            return 0;
        }
        catch (HubException refused)
        {
            throw new StartupException(refused.Message);
        }
    }
}
