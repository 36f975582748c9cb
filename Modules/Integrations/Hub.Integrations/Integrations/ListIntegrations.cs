using FluentValidation;
using Hub.SharedKernel.Access;
using Hub.SharedKernel.Data;
using Hub.SharedKernel.Paging;
using Hub.SharedKernel.Problems;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace Hub.Integrations.Integrations;

/// <summary>Integrations of the caller's scope and below; with <c>scope_id</c> those of one scope, on wish with what it inherits from above.</summary>
internal static class ListIntegrations
{
    public static void Map(IEndpointRouteBuilder group) => group
        .MapGet("", async (
            [FromQuery(Name = "scope_id")] long? scopeId, [FromQuery(Name = "include_inherited")] bool? includeInherited,
            [FromQuery(Name = "integration_type")] string? type, [FromQuery(Name = "integration_category")] string? category,
            [FromQuery(Name = "platform_name")] string? platform, bool? enabled, string? status, [FromQuery(Name = "health_status")] string? health,
            string? q, int? limit, string? cursor, IMediator mediator, CancellationToken ct) =>
        {
            var filter = new Filter(scopeId, includeInherited ?? false, type, category, platform, enabled, status, health, q);
            return TypedResults.Ok(await mediator.Send(new Request(filter, PageRequest.Read(limit, cursor, filter)), ct));
        })
        .RequireRole(Role.Viewer)
        .WithSummary("List integrations");

    public sealed record Filter(
        long? ScopeId, bool IncludeInherited, string? IntegrationType, string? IntegrationCategory, string? PlatformName, bool? Enabled, string? Status,
        string? HealthStatus, string? Q);

    public sealed record Request(Filter Body, PageRequest Page) : IRequest<Page<IntegrationAnswer>>;

    private sealed class Rules : AbstractValidator<Request>
    {
        private static readonly string[] Statuses = [IntegrationStatus.Configuring, IntegrationStatus.Active, IntegrationStatus.Inactive, IntegrationStatus.Error];
        private static readonly string[] Healths = ["healthy", "warning", "error", "unknown"];

        public Rules()
        {
            RuleFor(r => r.Body.Status).Must(status => status is null || Statuses.Contains(status)).WithMessage($"must be one of {string.Join(", ", Statuses)}");
            RuleFor(r => r.Body.HealthStatus).Must(health => health is null || Healths.Contains(health)).WithMessage($"must be one of {string.Join(", ", Healths)}");
            RuleFor(r => r.Body.IntegrationType).IsPlainText();
            RuleFor(r => r.Body.IntegrationCategory).IsPlainText();
            RuleFor(r => r.Body.PlatformName).IsPlainText();
            RuleFor(r => r.Body.Q).IsPlainText();
            RuleFor(r => r.Body.ScopeId).NotNull().When(r => r.Body.IncludeInherited).WithMessage("is needed with include_inherited");
        }
    }

    private sealed class Handler(Db db, Caller caller, IntegrationTypes types, IntegrationView view) : IRequestHandler<Request, Page<IntegrationAnswer>>
    {
        public async Task<Page<IntegrationAnswer>> Handle(Request request, CancellationToken cancellationToken)
        {
            var filter = request.Body;
            var schemas = await types.All(cancellationToken);
            var type = schemas.Values.FirstOrDefault(schema => schema.Aliases.Contains(filter.IntegrationType ?? ""))?.Id ?? filter.IntegrationType;
            var path = filter.ScopeId is { } scopeId ? await PathOf(scopeId, cancellationToken) : null;
            var rows = await db.List<IntegrationRow>(path is null ? SelectBelow : SelectAt, new
            {
                caller = caller.ScopeId,
                scopes = filter.IncludeInherited ? path : filter.ScopeId is { } only ? [only] : null,
                type,
                filter.IntegrationCategory,
                filter.PlatformName,
                filter.Enabled,
                filter.Status,
                filter.HealthStatus,
                q = string.IsNullOrWhiteSpace(filter.Q) ? null : filter.Q.Trim(),
                afterId = request.Page.AfterId ?? 0,
                fetch = request.Page.Fetch,
            }, cancellationToken);
            return request.Page.Page([.. rows.Select(row => view.Of(row, schemas.GetValueOrDefault(row.IntegrationType)))], answer => answer.Id);
        }

        private async Task<long[]> PathOf(long scopeId, CancellationToken ct) =>
            await db.First<long[]>(SelectPath, new { scopeId, caller = caller.ScopeId }, ct) ?? throw NotFoundException.Of("scope", scopeId);
    }

    private const string SelectPath = "select path from integrations.scopes where id = @scopeId and path @> array[@caller]::bigint[]";

    private const string Conditions = """
        id > @afterId
          and (@type::text is null or integration_type = @type) and (@integrationCategory::text is null or integration_category = @integrationCategory)
          and (@platformName::text is null or platform_name = @platformName) and (@enabled::boolean is null or enabled = @enabled)
          and (@status::text is null or status = @status) and (@healthStatus::text is null or health_status = @healthStatus)
          and (@q::text is null or strpos(lower(name), lower(@q)) > 0 or strpos(integration_type, lower(@q)) > 0)
        order by id
        limit @fetch
        """;

    private const string SelectBelow = $"select {IntegrationRow.Columns} from integrations.integrations where scope_path @> array[@caller]::bigint[] and {Conditions}";

    // The scope itself is seen; what it inherits may lie above the caller's own and is shown without its configuration.
    private const string SelectAt = $"select {IntegrationRow.Columns} from integrations.integrations where scope_id = any(@scopes) and {Conditions}";
}
