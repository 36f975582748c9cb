using FluentValidation;
using Hub.SharedKernel.Access;
using Hub.SharedKernel.Data;
using Hub.SharedKernel.Problems;
using Hub.Sync.Projects;
using Hub.Sync.Tickets;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace Hub.Sync.Changes;

/// <summary>
/// What changed, in the order of the transactions that changed it: whoever goes on from the last cursor sees every change once and misses none, however
/// late a transaction commits. A change is shown as soon as no transaction that began before it is still open.
/// </summary>
internal static class ListChanges
{
    private const string Latest = "latest";

    public static void Map(IEndpointRouteBuilder group) => group
        .MapGet("", async (
            [FromQuery(Name = "project_id")] long? projectId, [FromQuery(Name = "since_cursor")] string? sinceCursor, int? limit, IMediator mediator,
            CancellationToken ct) => TypedResults.Ok(await mediator.Send(new Request(projectId, sinceCursor, limit ?? 100), ct)))
        .RequireRole(Role.Viewer)
        .WithSummary("Follow what changes");

    /// <param name="Items">Oldest first.</param>
    /// <param name="NextCursor">Where to go on; there is one always, also when nothing happened.</param>
    /// <param name="HasMore">Whether there may be more to read at once.</param>
    public sealed record Answer(IReadOnlyList<Change> Items, string NextCursor, bool HasMore);

    /// <param name="ProjectId">Of integrations of exactly this project; null for everything the caller sees.</param>
    /// <param name="SinceCursor">The last cursor; null begins with the oldest change that is kept, <c>latest</c> with what comes from now on.</param>
    /// <param name="Limit">At most so many, 1-1000.</param>
    public sealed record Request(long? ProjectId, string? SinceCursor, int Limit) : IRequest<Answer>;

    private sealed class Rules : AbstractValidator<Request>
    {
        public Rules() => RuleFor(r => r.Limit).InclusiveBetween(1, 1000);
    }

    private sealed class Handler(ChangeReader reader, Db db, Caller caller, IMediator mediator) : IRequestHandler<Request, Answer>
    {
        public async Task<Answer> Handle(Request request, CancellationToken cancellationToken)
        {
            if (request.ProjectId is { } project)
                await mediator.RequireProject(project, caller, cancellationToken);
            if (request.SinceCursor == Latest)
                return new Answer([], (await reader.Horizon(cancellationToken)).ToString(), false);
            var since = request.SinceCursor is null ? default : ChangePosition.Parse(request.SinceCursor)
                ?? throw new InvalidException("since_cursor", "is not a cursor of this feed; start again without it, or with latest", "invalid_cursor");
            var window = await reader.Read(caller.ScopeId, request.ProjectId, since, request.Limit, cancellationToken);
            if (request.SinceCursor is not null && await reader.IsGone(since, cancellationToken))
                throw new GoneException("cursor_expired", "Changes since this cursor are no longer kept. Read the lists anew, then go on from a call "
                    + "with since_cursor=latest made before that; or start again without a cursor at the oldest change that is kept.");
            return new Answer(await Show(window.Changes, cancellationToken), window.Next.ToString(), window.More);
        }

        private async Task<IReadOnlyList<Change>> Show(IReadOnlyList<ChangeReader.Row> rows, CancellationToken ct)
        {
            var ids = rows.Where(row => row.RecordType == Change.Ticket).Select(row => row.TicketId).Distinct().ToArray();
            var tickets = ids.Length == 0 ? [] : await db.List<Ticket>(SelectTickets, new { ids, scope = caller.ScopeId }, ct);
            var byId = tickets.ToDictionary(ticket => ticket.Id);
            return [.. rows.Select(row => row.Show(row.RecordType == Change.Ticket ? byId.GetValueOrDefault(row.TicketId) : null))];
        }
    }

    private const string SelectTickets = $"""
        select {Ticket.Columns} from sync.tickets where id = any (@ids) and scope_path @> array[@scope]::bigint[]
        """;
}
