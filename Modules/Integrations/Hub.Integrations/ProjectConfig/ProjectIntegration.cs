using System.Text.Json;
using Hub.Integrations.ConnectionTests;
using Hub.Integrations.Integrations;
using Hub.Integrations.ScopeConfig;
using Hub.Integrations.Secrets;
using Hub.Schemas.Contracts;
using Hub.SharedKernel.Access;
using Hub.SharedKernel.Data;
using Hub.SharedKernel.Problems;

namespace Hub.Integrations.ProjectConfig;

/// <summary>A short form for a project's one integration of a type.</summary>
/// <param name="Type">Id of the type.</param>
/// <param name="Name">What a new integration is called.</param>
/// <param name="Names">The type's fields by the form's own names. Fields the form does not have stay as they are.</param>
/// <param name="Values">What was sent, by the type's field.</param>
/// <param name="Cleared">Fields that go back to nothing when they are not sent. Secrets stay until another one is sent.</param>
internal sealed record ProjectForm(
    string Type, string Name, IReadOnlyDictionary<string, string> Names, IReadOnlyDictionary<string, JsonElement> Values, IReadOnlyList<string> Cleared)
{
    public override string ToString() => $"Form of {Type}";
}

/// <param name="Integration">As stored.</param>
/// <param name="Schema">Its type.</param>
/// <param name="Test">The test that came first.</param>
/// <param name="IsNew">Created, or an existing one replaced.</param>
internal sealed record StoredForm(IntegrationRow Integration, IntegrationSchema Schema, TestResult Test, bool IsNew);

/// <summary>Tests a form's configuration, then stores it. A failed test stores nothing, or on wish a disabled integration.</summary>
internal sealed class ProjectIntegration(
    Db db, Caller caller, ScopeLock scopes, IntegrationStore store, IntegrationTypes types, IntegrationSecrets secrets, IntegrationChanges changes,
    EffectiveConfigurations configurations, DraftDestinations destinations, ConnectionTester tester, TestRecord record)
{
    /// <exception cref="NotFoundException">There is no such project, or it has no integration of the type.</exception>
    public async Task<(IntegrationRow Row, IntegrationSchema Schema)> Require(long projectId, string type, CancellationToken ct)
    {
        await RequireProject(projectId, ct);
        var schema = await types.Named(type, ct);
        var row = await db.First<IntegrationRow>(Select, new { projectId, type }, ct)
            ?? throw new NotFoundException($"Project {projectId} has no {schema.Name} integration yet.", "not_configured");
        return (row, schema);
    }

    public async Task<StoredForm> Store(long projectId, ProjectForm form, bool force, CancellationToken ct)
    {
        var path = await RequireProject(projectId, ct);
        var schema = await types.Named(form.Type, ct);
        var before = await db.First<IntegrationRow>(Select, new { projectId, form.Type }, ct);
        var draft = Draft(form, schema, before);
        try
        {
            await destinations.Require(schema, path, before, draft, ct);
        }
        catch (InvalidException refused)
        {
            throw Renamed(form, refused.Errors);
        }

        var outcome = await tester.Run(await configurations.Of(schema, path, draft.Values, Open(draft, before, schema), ct), ct);
        if (!outcome.Result.Success && !force)
            throw new UpstreamException(422, "connection_test_failed", outcome.Result.Message)
            {
                Extensions = new Dictionary<string, object?> { ["test"] = outcome.Result },
            };

        await using var tx = await db.Begin(ct);
        var (saved, isNew) = await Save(projectId, form, schema, outcome.Result.Success, ct);
        await record.Keep(saved, outcome, ct);
        saved = await store.Lock(saved.Id, caller.ScopeId, ct);
        await tx.Commit(ct);
        return new StoredForm(saved, schema, outcome.Result, isNew);
    }

    private async Task<(IntegrationRow Row, bool IsNew)> Save(long projectId, ProjectForm form, IntegrationSchema schema, bool enabled, CancellationToken ct)
    {
        var place = await scopes.Share(projectId, caller.ScopeId, ct);
        if (await db.First<IntegrationRow>(SelectLocked, new { projectId, form.Type }, ct) is { } row)
            return (await Change(row), false);
        var wanted = new NewIntegration(place.Id, place.Path, form.Name, schema, Draft(form, schema, null), enabled, 100, SecretSources.Stored);
        if (await changes.Create(wanted, ct) is { } created)
            return (created, true);
        // Somebody else was a moment quicker, or uses the name for something else.
        return await db.First<IntegrationRow>(SelectLocked, new { projectId, form.Type }, ct) is { } other
            ? (await Change(other), false)
            : throw IntegrationStore.NameTaken(form.Name);

        Task<IntegrationRow> Change(IntegrationRow existing) => changes.Change(
            existing, schema, WantedIntegration.Same(existing) with { Enabled = enabled, Configuration = Draft(form, schema, existing) }, ct);
    }

    private DraftedConfiguration Draft(ProjectForm form, IntegrationSchema schema, IntegrationRow? row)
    {
        var stored = StoredConfiguration.Empty;
        if (row is not null)
        {
            SecretSourceRights.RequireFor(caller, row.SecretSource, row.SecretSource);
            var values = row.Configuration.DeepClone().AsObject();
            foreach (var field in form.Cleared)
                values.Remove(field);
            stored = new StoredConfiguration(values, secrets.Present(row, schema));
        }

        var draft = Configuration.Draft(schema, stored, form.Values, replace: false, row?.UsesEnvironment ?? false);
        return draft.Errors.Count == 0 ? draft : throw Renamed(form, draft.Errors);
    }

    private static InvalidException Renamed(ProjectForm form, IReadOnlyDictionary<string, string[]> errors) =>
        new(errors.ToDictionary(error => NameOf(form, error.Key), error => error.Value));

    private OpenedSecrets Open(DraftedConfiguration draft, IntegrationRow? row, IntegrationSchema schema)
    {
        var kept = row is null ? new OpenedSecrets(new Dictionary<string, string>(), []) : secrets.Open(row, schema);
        var values = new Dictionary<string, string>(kept.Values.Where(secret => draft.KeptSecrets.Contains(secret.Key)), StringComparer.Ordinal);
        foreach (var (field, secret) in draft.NewSecrets)
            values[field] = secret;
        return new OpenedSecrets(values, [.. kept.Unreadable.Where(draft.KeptSecrets.Contains)]);
    }

    private static string NameOf(ProjectForm form, string error)
    {
        var field = error["configuration.".Length..];
        return form.Names.FirstOrDefault(name => name.Value == field).Key ?? field;
    }

    private async Task<long[]> RequireProject(long projectId, CancellationToken ct) =>
        await db.First<long[]>(SelectProject, new { projectId, caller = caller.ScopeId }, ct) ?? throw NotFoundException.Of("project", projectId);

    private const string SelectProject =
        "select path from integrations.scopes where id = @projectId and kind = 'project' and path @> array[@caller]::bigint[]";

    private const string Select = $"""
        select {IntegrationRow.Columns} from integrations.integrations
        where scope_id = @projectId and integration_type = @type
        order by priority, id
        limit 1
        """;

    private const string SelectLocked = $"{Select} for no key update";
}
