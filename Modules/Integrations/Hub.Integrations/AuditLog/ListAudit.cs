using System.Text.Json;
using Hub.SharedKernel.Access;
using Hub.SharedKernel.Data;
using Hub.SharedKernel.Paging;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace Hub.Integrations.AuditLog;

/// <summary>Who did what to which thing when, for things at or below the caller's scope, newest first. It holds no secrets: any role reads it.</summary>
internal static class ListAudit
{
    public static void Map(IEndpointRouteBuilder group) => group
        .MapGet("", async ([AsParameters] Filter filter, int? limit, string? cursor, IMediator mediator, CancellationToken ct) =>
            TypedResults.Ok(await mediator.Send(new Request(filter, PageRequest.Read(
                limit, cursor, filter.Actor, filter.Action, filter.TargetType, filter.TargetId, filter.Since?.ToUniversalTime().ToString("O"))), ct)))
        .RequireRole(Role.Viewer)
        .WithSummary("Read the audit log");

    public sealed record Filter
    {
        /// <summary>A key's id or name, or a user's e-mail address; <c>system</c> for the hub itself.</summary>
        [FromQuery(Name = "actor")]
        public string? Actor { get; init; }

        /// <summary>Such as <c>integration.updated</c>.</summary>
        [FromQuery(Name = "action")]
        public string? Action { get; init; }

        /// <summary>Such as <c>integration</c>; projects are of type <c>scope</c>.</summary>
        [FromQuery(Name = "target_type")]
        public string? TargetType { get; init; }

        /// <summary>The thing's id.</summary>
        [FromQuery(Name = "target_id")]
        public string? TargetId { get; init; }

        /// <summary>Only entries of this time and later.</summary>
        [FromQuery(Name = "since")]
        public DateTimeOffset? Since { get; init; }
    }

    public sealed record Request(Filter Filter, PageRequest Page) : IRequest<Page<Entry>>;

    /// <param name="Id">Grows with time.</param>
    /// <param name="At">When.</param>
    /// <param name="Actor">Who it was.</param>
    /// <param name="Action">What was done.</param>
    /// <param name="TargetType">To which kind of thing.</param>
    /// <param name="TargetId">To which one.</param>
    /// <param name="Diff">By field <c>{from, to}</c>, or <c>"[SECRET CHANGED]"</c>.</param>
    /// <param name="Outcome">success or failure.</param>
    /// <param name="TraceId">Finds the request in logs and traces.</param>
    public sealed record Entry(
        long Id, DateTimeOffset At, ActorPart Actor, string Action, string TargetType, string TargetId, JsonElement? Diff, string Outcome, string? TraceId);

    /// <param name="KeyId">The key, also that of a session which was opened with it.</param>
    /// <param name="UserId">The user who signed in through an identity provider. Neither: the hub itself or its command line.</param>
    /// <param name="Name">The key's name at that time, the user's e-mail address, or <c>system</c>.</param>
    public sealed record ActorPart(long? KeyId, long? UserId, string Name);

    private sealed record Row(
        long Id, DateTimeOffset At, long? ActorKeyId, long? ActorUserId, string ActorName, string Action, string TargetType, string TargetId,
        JsonElement? Diff, string Outcome, string? TraceId);

    private sealed class Handler(Db db, Caller caller) : IRequestHandler<Request, Page<Entry>>
    {
        public async Task<Page<Entry>> Handle(Request request, CancellationToken cancellationToken)
        {
            var filter = request.Filter;
            var rows = await db.List<Row>(Select, new
            {
                scope = caller.ScopeId,
                filter.Actor,
                filter.Action,
                filter.TargetType,
                filter.TargetId,
                filter.Since,
                before = request.Page.AfterId,
                fetch = request.Page.Fetch,
            }, cancellationToken);
            return request.Page.Page<Entry>([.. rows.Select(Told)], entry => entry.Id);
        }

        private static Entry Told(Row row) => new(
            row.Id, row.At, new ActorPart(row.ActorKeyId, row.ActorUserId, row.ActorName), row.Action, row.TargetType, row.TargetId, row.Diff, row.Outcome, row.TraceId);
    }

    private const string Select = """
        select id, at, actor_key_id, actor_user_id, actor_name, action, target_type, target_id, diff, outcome, trace_id
        from kernel.audit_log
        where scope_path @> array[@scope]::bigint[] and (@before::bigint is null or id < @before)
          and (@actor::text is null or actor_name = @actor or actor_key_id::text = @actor)
          and (@action::text is null or action = @action)
          and (@targetType::text is null or target_type = @targetType)
          and (@targetId::text is null or target_id = @targetId)
          and (@since::timestamptz is null or at >= @since)
        order by id desc
        limit @fetch
        """;
}
