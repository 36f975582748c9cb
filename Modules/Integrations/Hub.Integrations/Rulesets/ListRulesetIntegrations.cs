using System.Globalization;
using FluentValidation;
using Hub.Integrations.Integrations;
using Hub.SharedKernel.Access;
using Hub.SharedKernel.Data;
using Hub.SharedKernel.Paging;
using Hub.SharedKernel.Problems;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace Hub.Integrations.Rulesets;

/// <summary>
/// The integrations that serve a ruleset, in the order of its search priority: types that it does not list come last; within a type the lowest priority
/// number first. Its own ones, on wish with those of the scopes above that resolution would choose for it.
/// </summary>
internal static class ListRulesetIntegrations
{
    public static void Map(IEndpointRouteBuilder group) => group
        .MapGet("/{id:long}/integrations", async (
            long id, [FromQuery(Name = "integration_type")] string? type, [FromQuery(Name = "active_only")] bool? activeOnly,
            [FromQuery(Name = "include_inherited")] bool? includeInherited, int? limit, string? cursor, IMediator mediator, CancellationToken ct) =>
        {
            var filter = new Filter(id, type, activeOnly ?? true, includeInherited ?? false);
            return TypedResults.Ok(await mediator.Send(new Request(filter, PageRequest.Read(limit, cursor, "ruleset integrations", filter)), ct));
        })
        .RequireRole(Role.Viewer)
        .WithSummary("List the integrations that serve a ruleset, in its search order");

    public sealed record Filter(long RulesetId, string? IntegrationType, bool ActiveOnly, bool IncludeInherited);

    public sealed record Request(Filter Body, PageRequest Page) : IRequest<Page<IntegrationAnswer>>;

    private sealed class Rules : AbstractValidator<Request>
    {
        public Rules() => RuleFor(r => r.Body.IntegrationType).IsPlainText();
    }

    private sealed class Handler(Db db, Caller caller, RulesetStore store, IntegrationTypes types, IntegrationView view)
        : IRequestHandler<Request, Page<IntegrationAnswer>>
    {
        public async Task<Page<IntegrationAnswer>> Handle(Request request, CancellationToken cancellationToken)
        {
            var filter = request.Body;
            var ruleset = await store.Require(filter.RulesetId, caller.ScopeId, cancellationToken);
            var schemas = await types.All(cancellationToken);
            var after = SearchPosition.Read(request.Page.After);
            var rows = await db.List<IntegrationRow>(Select, new
            {
                ruleset.Id,
                ruleset.Path,
                order = ruleset.SearchPriority,
                type = filter.IntegrationType is { } named ? SearchPriority.Id(named, schemas) ?? named : null,
                filter.ActiveOnly,
                filter.IncludeInherited,
                unlisted = SearchPosition.Unlisted,
                afterPosition = after.Position,
                afterPriority = after.Priority,
                afterId = after.Id,
                fetch = request.Page.Fetch,
            }, cancellationToken);
            return request.Page.Page(
                [.. rows.Select(row => view.Of(row, schemas.GetValueOrDefault(row.IntegrationType)))],
                answer => SearchPosition.Of(answer, ruleset.SearchPriority));
        }
    }

    // The ruleset itself is seen; what it inherits may lie above the caller's own scope and is shown without its configuration.
    private const string Select = $"""
        select {IntegrationRow.Columns}
        from (
            select *, coalesce(array_position(@order::text[], integration_type), @unlisted) as search_position
            from integrations.integrations
            where scope_id = @id
               or (@includeInherited and id in (
                    select distinct on (integration_type) id
                    from integrations.integrations
                    where scope_id = any(@path) and enabled and status = 'active'
                    order by integration_type, array_position(@path, scope_id) desc, priority, id))
        ) served
        where (not @activeOnly or (enabled and status = 'active'))
          and (@type::text is null or integration_type = @type)
          and (search_position, priority, id) > (@afterPosition, @afterPriority, @afterId)
        order by search_position, priority, id
        limit @fetch
        """;
}

/// <summary>Where an integration stands in a ruleset's search order; the key of that list's cursor.</summary>
internal readonly record struct SearchPosition(int Position, int Priority, long Id)
{
    /// <summary>Of types that the search priority does not name.</summary>
    public const int Unlisted = 1_000_000;

    public static SearchPosition Of(IntegrationAnswer integration, IReadOnlyList<string> order)
    {
        var index = order.Index().Where(entry => entry.Item == integration.IntegrationType).Select(entry => entry.Index + 1).FirstOrDefault(Unlisted);
        return new SearchPosition(index, integration.Priority, integration.Id);
    }

    public static SearchPosition Read(string? key)
    {
        if (key is null)
            return default;
        var parts = key.Split('.');
        return parts.Length == 3 && int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var position)
            && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var priority)
            && long.TryParse(parts[2], NumberStyles.None, CultureInfo.InvariantCulture, out var id)
            ? new SearchPosition(position, priority, id)
            : throw new InvalidException("cursor", "is not a cursor of this list; start again without it", "invalid_cursor");
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Position}.{Priority}.{Id}");
}
