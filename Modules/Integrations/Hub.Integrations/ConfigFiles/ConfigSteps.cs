using System.Text.Json;
using Hub.Integrations.Integrations;
using Hub.Integrations.Rulesets;
using Hub.Integrations.ScopeConfig;
using Hub.Integrations.Scopes;
using Hub.SharedKernel.Access;
using Hub.SharedKernel.Data;
using Hub.SharedKernel.Http;
using Hub.SharedKernel.Problems;
using Hub.Webhooks.Contracts;
using MediatR;

namespace Hub.Integrations.ConfigFiles;

/// <summary>Carries differences out with the same slices that the API uses, inside the caller's transaction.</summary>
internal sealed class ConfigSteps(IMediator mediator, Db db, RulesetStore store, RulesetChanges rulesets, SearchPriority priority)
{
    /// <returns>Why some could not be carried out, each with its place; the caller rolls back then.</returns>
    public async Task<IReadOnlyList<string>> Run(HubState now, WantedDocument wanted, IReadOnlyList<ConfigChange> changes, CancellationToken ct)
    {
        var scopes = new Dictionary<string, long>(now.ScopeIds, StringComparer.Ordinal);
        var errors = new List<string>();
        foreach (var (place, step) in Ordered(now, wanted, changes, scopes))
        {
            try
            {
                await step(ct);
            }
            catch (HubException refused)
            {
                errors.AddRange(refused.Errors is { } fields
                    ? fields.SelectMany(field => field.Value.Select(message => $"{place}: {field.Key} {message}"))
                    : [$"{place}: {refused.Message}"]);
            }
        }

        return errors;
    }

    // Values first and locks last, so that a value below a lock that shall be kept can be set; what goes, goes from the leaves up.
    private IEnumerable<(string Place, Func<CancellationToken, Task> Step)> Ordered(
        HubState now, WantedDocument wanted, IReadOnlyList<ConfigChange> changes, Dictionary<string, long> scopes)
    {
        foreach (var change in changes.Where(change => change is { Kind: ChangeKind.Add or ChangeKind.Change, Wanted: ScopeEntry }).OrderBy(Depth))
            yield return (change.Place, ct => Scope((ScopeEntry)change.Wanted, scopes, ct));
        foreach (var change in changes.Where(change => change is { Kind: ChangeKind.Delete, Wanted: IntegrationEntry }))
            yield return (change.Place, ct => mediator.Send(new DeleteIntegration.Request(IdOf(now, (IntegrationEntry)change.Wanted), default), ct));
        var configurations = changes.Where(change => change is { Kind: ChangeKind.Add or ChangeKind.Change, Wanted: ConfigurationEntry }).OrderBy(Depth).ToArray();
        foreach (var change in configurations)
        {
            var entry = (ConfigurationEntry)change.Wanted;
            var before = now.Document.Configuration.FirstOrDefault(other => other.Scope == entry.Scope && other.Type == entry.Type)?.Locked ?? [];
            yield return (change.Place, ct => Put(entry, [.. entry.Locked!.Intersect(before)], wanted.Sent[change.Place], scopes, ct));
        }

        foreach (var change in changes.Where(change => change is { Kind: ChangeKind.Add or ChangeKind.Change, Wanted: IntegrationEntry }))
            yield return (change.Place, ct => Integration((IntegrationEntry)change.Wanted, now, wanted.Sent[change.Place], scopes, ct));
        foreach (var change in changes.Where(change => change.Wanted is EndpointEntry && change.Kind is not ChangeKind.Keep).OrderBy(change => change.Kind is ChangeKind.Delete ? 0 : 1))
            yield return (change.Place, ct => Endpoint(change, now, wanted.Sent.GetValueOrDefault(change.Place), scopes, ct));
        foreach (var change in configurations.Where(change => ((ConfigurationEntry)change.Wanted).Locked!.Count > 0))
            yield return (change.Place, ct => Put((ConfigurationEntry)change.Wanted, ((ConfigurationEntry)change.Wanted).Locked!, Kept(wanted.Sent[change.Place], (ConfigurationEntry)change.Wanted), scopes, ct));
        foreach (var change in changes.Where(change => change is { Kind: ChangeKind.Delete, Wanted: ConfigurationEntry }))
            yield return (change.Place, ct => Put((ConfigurationEntry)change.Wanted, [], new Dictionary<string, JsonElement>(), scopes, ct));
        foreach (var change in changes.Where(change => change is { Kind: ChangeKind.Delete, Wanted: ScopeEntry }).OrderByDescending(Depth))
            yield return (change.Place, ct => mediator.Send(new DeleteScope.Request(scopes[((ScopeEntry)change.Wanted).Path], false, default), ct));
    }

    private async Task Scope(ScopeEntry scope, Dictionary<string, long> scopes, CancellationToken ct)
    {
        if (scopes.TryGetValue(scope.Path, out var id))
        {
            var changed = await mediator.Send(new ChangeScope.Request(id, scope.Name, null, default), ct);
            if (changed.Kind != scope.Kind)
                throw new InvalidException("kind", $"cannot change: it is a {changed.Kind.Word()}");
        }
        else
        {
            var slash = scope.Path.LastIndexOf('/');
            var parent = scopes[slash == 0 ? HubState.Root : scope.Path[..slash]];
            id = scopes[scope.Path] = (await mediator.Send(new CreateScope.Request(scope.Kind, scope.Name, scope.Path[(slash + 1)..], parent), ct)).Id;
        }

        if (scope.Ruleset is { } ruleset)
            await Ruleset(id, ruleset, ct);
    }

    private async Task Ruleset(long id, RulesetEntry wanted, CancellationToken ct)
    {
        var refused = wanted.Rules.Select(rule => (rule.Name, Refusal: rule.Name is "mode_settings"
            ? RulesetRules.SettingsRefusal(rule.Value.GetValueOrDefault()) : RulesetRules.RuleRefusal(rule.Value.GetValueOrDefault())))
            .Append((Name: "description", Refusal: RulesetRules.DescriptionRefusal(wanted.Description))).Where(rule => rule.Refusal is not null).ToArray();
        if (refused.Length > 0)
            throw new InvalidException(refused.ToDictionary(rule => rule.Name, rule => new[] { rule.Refusal! }));
        await using var tx = await db.Begin(ct);
        var before = await store.Require(id, Caller.PlatformScope, ct);
        var details = new RulesetDetails(
            wanted.Description, wanted.IsActive, await priority.Of(wanted.SearchPriority ?? [], ct), Set(wanted.ResponseGuidelines), Set(wanted.ContextRules),
            Set(wanted.AiBehaviorRules), Set(wanted.ConversationRules), Set(wanted.ModeSettings), before.LegacyId);
        await rulesets.Change(before, details.Over(before), ct);
        await tx.Commit(ct);

        static JsonElement? Set(JsonElement? value) => value.GetValueOrDefault().OrNothing();
    }

    private Task<ScopeConfigAnswer> Put(
        ConfigurationEntry entry, IReadOnlyList<string> locked, IReadOnlyDictionary<string, JsonElement> values, Dictionary<string, long> scopes,
        CancellationToken ct) => mediator.Send(new PutScopeConfig.Request(scopes[entry.Scope], entry.Type, new ScopeConfigBody(values, locked)), ct);

    private Task<IntegrationAnswer> Integration(
        IntegrationEntry entry, HubState now, IReadOnlyDictionary<string, JsonElement> values, Dictionary<string, long> scopes, CancellationToken ct) =>
        now.IntegrationIds.TryGetValue(HubState.Key(entry.Scope, entry.Name), out var id)
            ? mediator.Send(new ReplaceIntegration.Request(
                id, new ReplaceIntegration.Body(entry.Name, values, entry.Enabled, entry.Priority, entry.SecretSource, entry.Type), default), ct)
            : mediator.Send(new CreateIntegration.Request(
                scopes[entry.Scope], entry.Name, entry.Type, values, entry.Enabled, entry.Priority, entry.SecretSource), ct);

    private Task Endpoint(
        ConfigChange change, HubState now, IReadOnlyDictionary<string, JsonElement>? sent, Dictionary<string, long> scopes, CancellationToken ct)
    {
        var entry = (EndpointEntry)change.Wanted;
        var id = now.EndpointIds.GetValueOrDefault(change.Place);
        if (change.Kind is ChangeKind.Delete)
            return mediator.Send(new RemoveEndpoint(id), ct);
        var secret = sent?.GetValueOrDefault("secret") is { ValueKind: JsonValueKind.String } text && text.GetString() is not Configuration.Encrypted and var plain ? plain : null;
        return mediator.Send(new SetEndpoint(new EndpointInfo(
            id, scopes[entry.Scope], entry.Url, entry.Description, entry.EventTypes!, entry.Filter, entry.Enabled, entry.RateLimit, entry.Ordering, secret,
            entry.Signature, entry.ContactEmail)), ct);
    }

    // The second time the secrets are there.
    private static Dictionary<string, JsonElement> Kept(IReadOnlyDictionary<string, JsonElement> sent, ConfigurationEntry entry) => sent.ToDictionary(
        pair => pair.Key,
        pair => entry.Values[pair.Key] is { ValueKind: JsonValueKind.Object } value && value.TryGetProperty("fingerprint", out _)
            ? JsonSerializer.SerializeToElement(Configuration.Encrypted, HubJson.Options) : pair.Value,
        StringComparer.Ordinal);

    private static long IdOf(HubState now, IntegrationEntry entry) => now.IntegrationIds[HubState.Key(entry.Scope, entry.Name)];

    private static int Depth(ConfigChange change) => change.Wanted switch
    {
        ScopeEntry scope => scope.Path.Count(c => c == '/'),
        ConfigurationEntry entry => entry.Scope is HubState.Root ? 0 : entry.Scope.Count(c => c == '/'),
        _ => 0,
    };
}
