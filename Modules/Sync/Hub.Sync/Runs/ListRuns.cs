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

namespace Hub.Sync.Runs;

/// <summary>Runs at or below the caller's scope, newest first.</summary>
internal static class ListRuns
{
    public static void Map(IEndpointRouteBuilder group) => group
        .MapGet("", async (
            [FromQuery(Name = "integration_id")] long? integrationId, string? status, int? limit, string? cursor, IMediator mediator, CancellationToken ct) =>
            TypedResults.Ok(await mediator.Send(new Request(null, integrationId, status, PageRequest.Read(limit, cursor, integrationId, status)), ct)))
        .RequireRole(Role.Viewer)
        .WithSummary("List sync runs");

    /// <param name="ProjectId">Runs of the integrations of exactly this scope.</param>
    /// <param name="IntegrationId">Runs of this integration.</param>
    /// <param name="Status">Runs in this state.</param>
    /// <param name="Page">Which page.</param>
    public sealed record Request(long? ProjectId, long? IntegrationId, string? Status, PageRequest Page) : IRequest<Page<SyncRun>>;

    private sealed class Rules : AbstractValidator<Request>
    {
        private static readonly string[] Words = [.. Enum.GetValues<RunStatus>().Select(status => status.ToText())];

        public Rules() =>
            RuleFor(r => r.Status).Must(status => status is null || Words.Contains(status)).WithMessage($"must be one of {string.Join(", ", Words)}");
    }

    private sealed class Handler(Db db, Caller caller) : IRequestHandler<Request, Page<SyncRun>>
    {
        public async Task<Page<SyncRun>> Handle(Request request, CancellationToken cancellationToken)
        {
            var rows = await db.List<SyncRun>(Select, new
            {
                scope = caller.ScopeId,
                request.ProjectId,
                request.IntegrationId,
                request.Status,
                before = Before(request.Page.After),
                fetch = request.Page.Fetch,
            }, cancellationToken);
            return request.Page.Page(rows, run => run.Id);
        }

        private static Guid? Before(string? after) => after is null ? null
            : Guid.TryParse(after, out var id) ? id
            : throw new InvalidException("cursor", "is not a cursor of this list with these filters; start again without it", "invalid_cursor");
    }

    private const string Select = $"""
        select {SyncRun.Columns}
        from sync.runs
        where scope_path @> array[@scope]::bigint[]
          and (@projectId::bigint is null or scope_id = @projectId)
          and (@integrationId::bigint is null or integration_id = @integrationId)
          and (@status::text is null or status = @status)
          and (@before::uuid is null or id < @before)
        order by id desc
        limit @fetch
        """;
}
