using System.CommandLine;
using Hub.Integrations.Contracts;
using Hub.SharedKernel.Problems;

namespace Hub.Host.CommandLine;

/// <summary><c>hub config export | plan | apply</c>: the hub's scopes, configuration and integrations as a text under version control.</summary>
internal static class ConfigCommand
{
    public static Command Create()
    {
        var target = new Option<FileInfo?>("--out") { Description = "Where to write; the terminal when absent." };
        var export = new Command("export", "Write scopes, configuration, integrations and endpoints as a text without secrets.") { target };
        export.SetAction((parsed, ct) => Export(parsed.GetValue(target), ct));

        var file = new Argument<FileInfo>("file") { Description = "A text as hub config export writes it." };
        var prune = new Option<bool>("--prune") { Description = "Delete what the text does not name." };
        var plan = new Command("plan", "Show what applying a text would change, and change nothing.") { file, prune };
        plan.SetAction((parsed, ct) => Plan(parsed.GetRequiredValue(file), parsed.GetValue(prune), ct));

        var yes = new Option<bool>("--yes") { Description = "Do not ask." };
        var apply = new Command("apply", "Make the hub what a text says: shows the plan, asks, then does exactly that or nothing.") { file, prune, yes };
        apply.SetAction((parsed, ct) => Apply(parsed.GetRequiredValue(file), parsed.GetValue(prune), parsed.GetValue(yes), ct));
        return new Command("config", "Keep the hub's configuration as a text: export it, plan changes, apply them.") { export, plan, apply };
    }

    private static async Task<int> Export(FileInfo? target, CancellationToken ct)
    {
        await using var scope = await CommandScope.Open(ct);
        var text = await scope.Mediator.Send(new ExportConfig(), ct);
        if (target is null)
            Console.Write(text);
        else
            await File.WriteAllTextAsync(target.FullName, text, ct);
        return 0;
    }

    private static async Task<int> Plan(FileInfo file, bool prune, CancellationToken ct)
    {
        var text = await Read(file, ct);
        await using var scope = await CommandScope.Open(ct);
        return Show(await scope.Mediator.Send(new PlanConfig(text, prune), ct));
    }

    private static async Task<int> Apply(FileInfo file, bool prune, bool yes, CancellationToken ct)
    {
        var text = await Read(file, ct);
        await using var scope = await CommandScope.Open(ct);
        var plan = await scope.Mediator.Send(new PlanConfig(text, prune), ct);
        if (Show(plan) is not 0 and var failed)
            return failed;
        if (plan.ChangesNothing)
            return 0;
        if (!yes && !Agreed())
            throw new StartupException("Nothing was applied.");
        try
        {
            var applied = await scope.Mediator.Send(new ApplyConfig(text, prune, plan), ct);
            if (applied.Errors.Count > 0)
                return Show(applied);
        }
        catch (HubException refused)
        {
            throw new StartupException(refused.Message);
        }

        Console.WriteLine("Applied.");
        return 0;
    }

    private static bool Agreed()
    {
        Console.Write("Apply this? Only \"yes\" does: ");
        return Console.ReadLine()?.Trim() is "yes";
    }

    private static int Show(ConfigPlan plan)
    {
        foreach (var line in plan.Lines)
            Console.WriteLine(line);
        foreach (var error in plan.Errors)
            Console.Error.WriteLine(error);
        if (plan.Errors.Count > 0)
            Console.Error.WriteLine($"{plan.Errors.Count} places to mend; nothing was applied.");
        else if (plan.ChangesNothing)
            Console.WriteLine($"Nothing to change.{Kept(plan)}");
        else
            Console.WriteLine($"{plan.Added} to add, {plan.Changed} to change, {plan.Deleted} to delete.{Kept(plan)}");
        return plan.Errors.Count == 0 ? 0 : 1;
    }

    private static string Kept(ConfigPlan plan) => plan.Kept == 0 ? "" : $" {plan.Kept} not in the text are kept; --prune deletes them.";

    private static async Task<string> Read(FileInfo file, CancellationToken ct) =>
        file.Exists ? await File.ReadAllTextAsync(file.FullName, ct) : throw new StartupException($"There is no file {file.FullName}.");
}
