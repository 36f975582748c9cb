using FluentValidation;
using Hub.Integrations.Integrations;
using Hub.SharedKernel.Access;
using Hub.SharedKernel.Data;
using Hub.SharedKernel.Paging;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace Hub.Integrations.Rulesets;

/// <summary>The rulesets at and below the caller's scope, in the order of creation.</summary>
internal static class ListRulesets
{
    public static void Map(IEndpointRouteBuilder group) => group
        .MapGet("", async (
            [FromQuery(Name = "is_active")] bool? isActive, [FromQuery(Name = "parent_id")] long? parentId, string? q, int? limit, string? cursor,
            IMediator mediator, CancellationToken ct) =>
        {
            var filter = new Filter(isActive, parentId, q);
            return TypedResults.Ok(await mediator.Send(new Request(filter, PageRequest.Read(limit, cursor, "rulesets", filter)), ct));
        })
        .RequireRole(Role.Viewer)
        .WithSummary("List rulesets");

    public sealed record Filter(bool? IsActive, long? ParentId, string? Q);

    public sealed record Request(Filter Body, PageRequest Page) : IRequest<Page<RulesetAnswer>>;

    private sealed class Rules : AbstractValidator<Request>
    {
        public Rules() => RuleFor(r => r.Body.Q).IsPlainText();
    }

    private sealed class Handler(Db db, Caller caller) : IRequestHandler<Request, Page<RulesetAnswer>>
    {
        public async Task<Page<RulesetAnswer>> Handle(Request request, CancellationToken cancellationToken)
        {
            var filter = request.Body;
            var rows = await db.List<RulesetRow>(Select, new
            {
                caller = caller.ScopeId,
                filter.IsActive,
                filter.ParentId,
                q = string.IsNullOrWhiteSpace(filter.Q) ? null : filter.Q.Trim(),
                afterId = request.Page.AfterId ?? 0,
                fetch = request.Page.Fetch,
            }, cancellationToken);
            return request.Page.Page([.. rows.Select(RulesetAnswer.Of)], ruleset => ruleset.Id);
        }
    }

    private const string Select = $"""
        {RulesetStore.Select}
          and s.path @> array[@caller]::bigint[] and s.id > @afterId
          and (@isActive::boolean is null or coalesce(r.is_active, true) = @isActive) and (@parentId::bigint is null or s.parent_id = @parentId)
          and (@q::text is null or strpos(lower(s.name), lower(@q)) > 0 or strpos(lower(r.description), lower(@q)) > 0)
        order by s.id
        limit @fetch
        """;
}
