using System.CommandLine;
using Hub.Integrations.Contracts;
using Hub.SharedKernel.Problems;
using MediatR;

namespace Hub.Host.CommandLine;

/// <summary><c>hub keys create | list | revoke</c>: the way back in when every key is lost.</summary>
internal static class KeysCommand
{
    public static Command Create()
    {
        var name = new Option<string>("--name") { Description = "What people call it.", Required = true };
        var role = new Option<string>("--role") { Description = "viewer, manager or admin.", DefaultValueFactory = _ => "admin" };
        var scope = new Option<long>("--scope") { Description = "The scope it belongs to; 1 is the platform.", DefaultValueFactory = _ => 1 };
        var create = new Command("create", "Make a key and print it, this once.") { name, role, scope };
        create.SetAction((parsed, ct) => With(async mediator =>
        {
            var made = await mediator.Send(new CreateKey(parsed.GetRequiredValue(name), parsed.GetValue(role)!, parsed.GetValue(scope)), ct);
            Console.WriteLine(made.Key);
        }, ct));

        var list = new Command("list", "List the keys.");
        list.SetAction((_, ct) => With(async mediator =>
        {
            foreach (var key in await mediator.Send(new ListKeys(), ct))
                Console.WriteLine($"{key.Id,6}  {key.Prefix}...  {key.Role,-8} scope {key.ScopeId,-6} last used {key.LastUsedAt?.ToString("u") ?? "never"}  {key.Name}");
        }, ct));

        var id = new Argument<long>("id") { Description = "The key's id, from hub keys list." };
        var revoke = new Command("revoke", "Revoke a key at once.") { id };
        revoke.SetAction((parsed, ct) => With(mediator => mediator.Send(new RevokeKey(parsed.GetValue(id)), ct), ct));
        return new Command("keys", "Make, list and revoke API keys.") { create, list, revoke };
    }

    private static async Task<int> With(Func<IMediator, Task> work, CancellationToken ct)
    {
        await using var scope = await CommandScope.Open(ct);
        try
        {
            await work(scope.Mediator);
            return 0;
        }
        catch (HubException refused)
        {
            throw new StartupException(refused.Errors is { } errors
                ? string.Join(Environment.NewLine, errors.Select(error => $"{error.Key}: {string.Join("; ", error.Value)}"))
                : refused.Message);
        }
    }
}
