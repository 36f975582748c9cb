using System.Text.Json;
using Hub.Integrations.Contracts;
using Hub.SharedKernel.Access;
using Hub.SharedKernel.Data;
using Hub.SharedKernel.Problems;
using MediatR;

namespace Hub.Integrations.ConfigFiles;

/// <summary>Exports, plans and applies texts that describe the hub. On behalf of whoever runs the command: they hold the database anyway.</summary>
internal sealed class AnswerConfigFiles(Db db, CallerAccessor caller, HubStateReader reader, WantedDocuments documents, ConfigSteps steps)
    : IRequestHandler<ExportConfig, string>, IRequestHandler<PlanConfig, ConfigPlan>, IRequestHandler<ApplyConfig, ConfigPlan>
{
    public async Task<string> Handle(ExportConfig request, CancellationToken cancellationToken) => (await reader.Read(cancellationToken)).Document.Write();

    public async Task<ConfigPlan> Handle(PlanConfig request, CancellationToken cancellationToken)
    {
        await using var tx = await db.Begin(cancellationToken);
        return await Try(request.Document, request.Prune, cancellationToken);
    }

    public async Task<ConfigPlan> Handle(ApplyConfig request, CancellationToken cancellationToken)
    {
        await using var tx = await db.Begin(cancellationToken);
        await db.Execute(LockEverything, null, cancellationToken);
        var plan = await Try(request.Document, request.Prune, cancellationToken);
        if (plan.Errors.Count > 0)
            return plan;
        if (!plan.Lines.SequenceEqual(request.Expected.Lines, StringComparer.Ordinal))
            throw new ConflictException("plan_changed", "The hub has changed since the plan was made, and nothing was applied. Plan again.");
        await tx.Commit(cancellationToken);
        return plan;
    }

    private async Task<ConfigPlan> Try(string text, bool prune, CancellationToken ct)
    {
        caller.Current = new Caller(0, "command line", Role.Admin, Caller.PlatformScope, [Caller.PlatformScope]);
        ConfigDocument document;
        try
        {
            document = ConfigDocument.Read(text);
        }
        catch (JsonException fault)
        {
            return new ConfigPlan([], 0, 0, 0, 0, [$"{fault.Path ?? "$"}: {fault.Message}"]);
        }

        var now = await reader.Read(ct);
        var wanted = await documents.Of(document, now, ct);
        if (wanted.Errors.Count > 0)
            return new ConfigPlan([], 0, 0, 0, 0, wanted.Errors);
        var changes = ConfigDiff.Between(now.Document, wanted.Compared, prune);
        var errors = await steps.Run(now, wanted, changes, ct);
        return new ConfigPlan(
            [.. changes.SelectMany(change => change.Lines)], Count(ChangeKind.Add), Count(ChangeKind.Change), Count(ChangeKind.Delete), Count(ChangeKind.Keep), errors);

        int Count(ChangeKind kind) => changes.Count(change => change.Kind == kind);
    }

    // What the plan was made of must not move while it is carried out; readers go on.
    private const string LockEverything = "lock table integrations.scopes, integrations.scope_configs, integrations.integrations in share row exclusive mode";
}
