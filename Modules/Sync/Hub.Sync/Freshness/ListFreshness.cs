using System.Globalization;
using Hub.SharedKernel.Access;
using Hub.SharedKernel.Data;
using Hub.SharedKernel.Paging;
using Hub.SharedKernel.Problems;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hub.Sync.Freshness;

/// <summary>Streams at or below the caller's scope, the worst first: those that are stale, those that succeed empty, then the others; the oldest of each first.</summary>
internal static class ListFreshness
{
    public static void Map(IEndpointRouteBuilder group) => group
        .MapGet("", async (bool? alarm, int? limit, string? cursor, IMediator mediator, CancellationToken ct) =>
            TypedResults.Ok(await mediator.Send(new Request(alarm, PageRequest.Read(limit, cursor, alarm)), ct)))
        .RequireRole(Role.Viewer)
        .WithSummary("List how old data is, the worst first");

    /// <param name="Alarm">Only streams with an alarm, or only those without.</param>
    /// <param name="Page">Which page.</param>
    public sealed record Request(bool? Alarm, PageRequest Page) : IRequest<Page<StreamFreshness>>;

    private sealed class Handler(Db db, Caller caller, TimeProvider time) : IRequestHandler<Request, Page<StreamFreshness>>
    {
        public async Task<Page<StreamFreshness>> Handle(Request request, CancellationToken cancellationToken)
        {
            var after = request.Page.After is { } text ? Place.Read(text) : null;
            var rows = await db.List<StreamFreshness>(Select, new
            {
                scope = caller.ScopeId,
                now = time.GetUtcNow(),
                request.Alarm,
                rank = after?.Rank,
                fresh = after?.Fresh,
                id = after?.IntegrationId,
                stream = after?.Stream,
                fetch = request.Page.Fetch,
            }, cancellationToken);
            return request.Page.Page(rows, row => Place.Of(row).ToString());
        }
    }

    /// <summary>Where a stream stands in the list.</summary>
    private sealed record Place(int Rank, DateTimeOffset Fresh, long IntegrationId, string Stream)
    {
        public static Place Of(StreamFreshness row) =>
            new(row.Alarm switch { "stale" => 0, "empty_success" => 1, _ => 2 }, row.FreshAsOf ?? DateTimeOffset.UnixEpoch, row.IntegrationId, row.Stream);

        /// <exception cref="InvalidException">It is no place.</exception>
        public static Place Read(string text)
        {
            var parts = text.Split('|', 4);
            return parts.Length == 4 && Number(parts[0]) is { } rank && Number(parts[1]) is { } ticks && ticks <= DateTimeOffset.MaxValue.UtcTicks
                && Number(parts[2]) is { } id
                ? new Place((int)Math.Min(rank, 9), new DateTimeOffset(ticks, TimeSpan.Zero), id, parts[3])
                : throw new InvalidException("cursor", "is not a cursor of this list with these filters; start again without it", "invalid_cursor");
        }

        public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Rank}|{Fresh.UtcTicks}|{IntegrationId}|{Stream}");

        private static long? Number(string text) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
    }

    private const string Select = $"""
        select {StreamFreshness.Columns}
        from {StreamFreshness.From}
        cross join lateral (
            select case f.alarm when 'stale' then 0 when 'empty_success' then 1 else 2 end as rank, coalesce(f.fresh_as_of, timestamptz 'epoch') as fresh
        ) o
        where f.scope_path @> array[@scope]::bigint[]
          and (@alarm::boolean is null or (f.alarm is not null) = @alarm)
          and (@rank::int is null or (o.rank, o.fresh, f.integration_id, f.stream) > (@rank, @fresh::timestamptz, @id::bigint, @stream::text))
        order by o.rank, o.fresh, f.integration_id, f.stream
        limit @fetch
        """;
}
