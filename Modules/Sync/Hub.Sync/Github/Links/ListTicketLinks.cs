using Hub.SharedKernel.Access;
using Hub.SharedKernel.Data;
using Hub.SharedKernel.Problems;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hub.Sync.Github.Links;

/// <summary>
/// What in repositories speaks of a ticket: its key stands in the title, text or branch of a pull request, in the message of a commit or in the name of a
/// branch. The repository's integration sits at the ticket's scope or above; the newest hundred of each kind.
/// </summary>
internal static class ListTicketLinks
{
    public static void Map(IEndpointRouteBuilder group) => group
        .MapGet("/{id:long}/links", async (long id, IMediator mediator, CancellationToken ct) => TypedResults.Ok(await mediator.Send(new Request(id), ct)))
        .RequireRole(Role.Viewer)
        .WithSummary("List the pull requests, commits and branches of a ticket");

    public sealed record Answer(IReadOnlyList<LinkedPull> Pulls, IReadOnlyList<LinkedCommit> Commits, IReadOnlyList<LinkedBranch> Branches);

    /// <param name="State">open, closed or merged.</param>
    public sealed record LinkedPull(
        long Id, long IntegrationId, string Repository, int Number, string Title, string State, string? Author, DateTimeOffset? MergedAt,
        DateTimeOffset UpdatedAt, string? Url);

    public sealed record LinkedCommit(
        long Id, long IntegrationId, string Repository, string Sha, string Message, string? Author, DateTimeOffset CommittedAt, string? Url);

    public sealed record LinkedBranch(long IntegrationId, string Repository, string Name, string HeadSha);

    public sealed record Request(long TicketId) : IRequest<Answer>;

    private sealed class Handler(Db db, Caller caller) : IRequestHandler<Request, Answer>
    {
        public async Task<Answer> Handle(Request request, CancellationToken cancellationToken)
        {
            var ticket = await db.First<Ticket>(Find, new { request.TicketId, scope = caller.ScopeId }, cancellationToken)
                ?? throw NotFoundException.Of("ticket", request.TicketId);
            var of = new { keys = new[] { ticket.Key.ToUpperInvariant() }, ticket.ScopePath, scope = caller.ScopeId };
            return new Answer(
                await db.List<LinkedPull>(Pulls, of, cancellationToken),
                await db.List<LinkedCommit>(Commits, of, cancellationToken),
                await db.List<LinkedBranch>(Branches, of, cancellationToken));
        }
    }

    private sealed record Ticket(string Key, IReadOnlyList<long> ScopePath);

    private const string Find = """
        select key, scope_path from sync.tickets where id = @ticketId and scope_path @> array[@scope]::bigint[]
        """;

    private const string Seen = """
        join sync.repositories repository on repository.integration_id = r.integration_id and repository.repository_id = r.repository_id
        where r.ticket_keys @> @keys and r.scope_path @> array[@scope]::bigint[] and r.scope_id = any(@scopePath)
        """;

    private const string Pulls = $"""
        select r.id, r.integration_id, repository.full_name as repository, r.number, r.title, r.state, r.author, r.merged_at, r.remote_updated_at as updated_at,
            r.html_url as url
        from sync.pull_requests r
        {Seen} and r.deleted_at is null
        order by r.remote_updated_at desc, r.id desc
        limit 100
        """;

    private const string Commits = $"""
        select r.id, r.integration_id, repository.full_name as repository, r.sha, r.message, coalesce(r.author_login, r.author_name) as author, r.committed_at,
            r.html_url as url
        from sync.commits r
        {Seen}
        order by r.committed_at desc, r.id desc
        limit 100
        """;

    private const string Branches = $"""
        select r.integration_id, repository.full_name as repository, r.name, r.head_sha
        from sync.repository_branches r
        {Seen} and r.deleted_at is null
        order by r.updated_at desc, r.id desc
        limit 100
        """;
}
