using Hub.SharedKernel.Data;
using Hub.SharedKernel.Problems;

namespace Hub.Integrations.Rulesets;

/// <summary>The statements that more than one slice needs.</summary>
internal sealed class RulesetStore(Db db)
{
    /// <exception cref="NotFoundException">It is not there, no ruleset, or not below the scope.</exception>
    public async Task<RulesetRow> Require(long id, long callerScope, CancellationToken ct) =>
        await db.First<RulesetRow>(SelectOne, new { id, callerScope }, ct) ?? throw NotFoundException.Of("ruleset", id);

    /// <summary>Those of these ids that are there, in no particular order.</summary>
    public Task<IReadOnlyList<RulesetRow>> Of(IReadOnlyList<long> ids, CancellationToken ct) => db.List<RulesetRow>(SelectMany, new { ids }, ct);

    /// <summary>A ruleset beside others by its name, whatever the case, that has no other old id; null when there is none.</summary>
    public Task<RulesetRow?> Twin(long parentId, string name, string? legacyId, CancellationToken ct) =>
        db.First<RulesetRow>(SelectTwin, new { parentId, name, legacyId }, ct);

    /// <summary>Writes what it has beyond its scope.</summary>
    public Task Save(RulesetRow row, CancellationToken ct) => db.Execute(Upsert, new
    {
        row.Id,
        row.Description,
        row.IsActive,
        row.SearchPriority,
        responseGuidelines = row.ResponseGuidelines?.GetRawText(),
        contextRules = row.ContextRules?.GetRawText(),
        aiBehaviorRules = row.AiBehaviorRules?.GetRawText(),
        conversationRules = row.ConversationRules?.GetRawText(),
        modeSettings = row.ModeSettings?.GetRawText(),
        row.LegacyId,
    }, ct);

    public const string Select = """
        select s.id, s.name, s.slug, s.parent_id, s.path, r.description, coalesce(r.is_active, true) as is_active,
               coalesce(r.search_priority, '{}') as search_priority, r.response_guidelines, r.context_rules, r.ai_behavior_rules, r.conversation_rules,
               r.mode_settings, r.legacy_id,
               (select count(*)::int from integrations.integrations i where i.scope_id = s.id) as integration_count,
               (select count(*)::int from integrations.integrations i where i.scope_id = s.id and i.enabled and i.status = 'active') as active_integration_count,
               s.version, s.created_at, s.updated_at
        from integrations.scopes s
        left join integrations.rulesets r on r.scope_id = s.id
        where s.kind = 'ruleset'
        """;

    private const string SelectOne = $"{Select} and s.id = @id and s.path @> array[@callerScope]::bigint[]";

    private const string SelectMany = $"{Select} and s.id = any(@ids)";

    private const string SelectTwin = $"""
        {Select}
          and s.parent_id = @parentId and lower(s.name) = lower(@name) and (r.legacy_id is null or @legacyId::text is null or r.legacy_id = @legacyId)
        order by s.id
        limit 1
        """;

    private const string Upsert = """
        insert into integrations.rulesets (
            scope_id, description, is_active, search_priority, response_guidelines, context_rules, ai_behavior_rules, conversation_rules, mode_settings,
            legacy_id)
        values (
            @Id, @Description, @IsActive, @SearchPriority, @responseGuidelines::json, @contextRules::json, @aiBehaviorRules::json, @conversationRules::json,
            @modeSettings::json, @LegacyId)
        on conflict (scope_id) do update
        set description = excluded.description, is_active = excluded.is_active, search_priority = excluded.search_priority,
            response_guidelines = excluded.response_guidelines, context_rules = excluded.context_rules, ai_behavior_rules = excluded.ai_behavior_rules,
            conversation_rules = excluded.conversation_rules, mode_settings = excluded.mode_settings, legacy_id = excluded.legacy_id
        """;
}
