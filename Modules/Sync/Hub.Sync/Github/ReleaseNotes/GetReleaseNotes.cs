using FluentValidation;
using Hub.SharedKernel.Access;
using Hub.SharedKernel.Problems;
using Hub.Sync.Github.Reading;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hub.Sync.Github.ReleaseNotes;

/// <summary>
/// What was merged between two tags, branches or commits, from the stored history: the pull requests whose merge <c>to</c> reaches and <c>from</c> does not.
/// </summary>
internal static class GetReleaseNotes
{
    public static void Map(IEndpointRouteBuilder group) => group
        .MapGet("/{id:long}/release-notes", async (long id, string? from, string? to, IMediator mediator, CancellationToken ct) =>
            TypedResults.Ok(await mediator.Send(new Request(id, from, to), ct)))
        .RequireRole(Role.Viewer)
        .WithSummary("Write release notes from merged pull requests");

    /// <param name="Repository">Owner and name.</param>
    /// <param name="From">The earlier end as it was understood; null: from the beginning.</param>
    /// <param name="To">The later end.</param>
    /// <param name="FromSha">Its commit.</param>
    /// <param name="ToSha">Its commit.</param>
    /// <param name="Commits">How many commits lie between.</param>
    /// <param name="PullRequests">Merged ones, by category and time.</param>
    /// <param name="Contributors">Their authors, most first.</param>
    /// <param name="Markdown">The same to publish.</param>
    public sealed record Answer(
        string Repository, string? From, string To, string? FromSha, string ToSha, int Commits, IReadOnlyList<MergedPull> PullRequests,
        IReadOnlyList<string> Contributors, string Markdown);

    /// <param name="ProjectId">The project.</param>
    /// <param name="From">Tag, branch or commit; the release before <paramref name="To"/> by default.</param>
    /// <param name="To">Tag, branch or commit; the latest release by default, a prerelease only where there is nothing else.</param>
    public sealed record Request(long ProjectId, string? From, string? To) : IRequest<Answer>;

    private sealed class Rules : AbstractValidator<Request>
    {
        public Rules()
        {
            RuleFor(r => r.From).Must(Named).WithMessage("must be a tag, a branch or a commit of at most 255 characters").OverridePropertyName("from");
            RuleFor(r => r.To).Must(Named).WithMessage("must be a tag, a branch or a commit of at most 255 characters").OverridePropertyName("to");
        }

        private static bool Named(string? reference) => reference is null || (reference.Trim().Length is > 0 and <= 255 && !reference.Contains('\0', StringComparison.Ordinal));
    }

    private sealed class Handler(SyncedRepositories repositories, HistoryRows rows) : IRequestHandler<Request, Answer>
    {
        public async Task<Answer> Handle(Request request, CancellationToken cancellationToken)
        {
            var repository = await repositories.Find(request.ProjectId, cancellationToken);
            var releases = await rows.Releases(repository, cancellationToken);
            var to = request.To ?? rows.Latest(releases)
                ?? throw new InvalidException("to", "is required: the repository has no release that could be taken instead");
            var from = request.From ?? rows.Before(releases, to);
            var toSha = await Resolve(repository, "to", to, cancellationToken);
            var fromSha = from is null ? null : await Resolve(repository, "from", from, cancellationToken);
            var graph = new CommitGraph(await rows.Commits(repository, cancellationToken));
            Require(graph, "to", to, toSha);
            Require(graph, "from", from, fromSha);
            var between = graph.Between(fromSha, toSha);
            var order = PullCategory.All.Select(category => category.Id).ToList();
            var pulls = (await rows.MergedPulls(repository, cancellationToken))
                .Where(pull => (pull.MergeCommitSha is { } merge && between.Contains(merge)) || between.Contains(pull.HeadSha))
                .OrderBy(pull => order.IndexOf(pull.Category)).ThenBy(pull => pull.MergedAt).ToArray();
            string[] contributors = [.. pulls.Where(pull => pull.Author is not null).GroupBy(pull => pull.Author!, StringComparer.Ordinal)
                .OrderByDescending(own => own.Count()).ThenBy(own => own.Key, StringComparer.Ordinal).Select(own => own.Key)];
            return new Answer(repository.FullName, from, to, fromSha, toSha, between.Count, pulls, contributors, NotesText.Of(to, pulls, contributors));
        }

        private async Task<string> Resolve(SyncedRepository repository, string parameter, string reference, CancellationToken ct) =>
            await rows.Resolve(repository, reference.Trim(), ct)
            ?? throw new InvalidException(parameter, $"is no tag, branch or commit that was synchronised: {reference}. Synchronise, or look at /github-releases and /github-branches");

        private static void Require(CommitGraph graph, string parameter, string? reference, string? sha)
        {
            if (sha is not null && !graph.Knows(sha))
                throw new InvalidException(parameter, $"names a commit that was not synchronised: {reference}. Synchronise the repository and ask again");
        }
    }
}
