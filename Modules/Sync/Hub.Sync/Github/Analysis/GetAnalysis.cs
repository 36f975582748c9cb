using Hub.SharedKernel.Access;
using Hub.Sync.Github.Reading;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hub.Sync.Github.Analysis;

/// <summary>
/// What the synchronised repository says of itself: languages, structure, tests, complexity, architecture, commit activity, people, hot spots, branches, pull
/// requests, releases and workflows. Measured on the stored rows at this moment; GitHub is not called. <c>limits</c> says what the measures do not rest on.
/// </summary>
internal static class GetAnalysis
{
    public static void Map(IEndpointRouteBuilder group) => group
        .MapGet("/{id:long}/github-analysis", async (long id, IMediator mediator, CancellationToken ct) => TypedResults.Ok(await mediator.Send(new Request(id), ct)))
        .RequireRole(Role.Viewer)
        .WithSummary("Analyse a project's GitHub repository");

    /// <param name="Repository">Which repository.</param>
    /// <param name="AnalysedAt">When this was measured.</param>
    /// <param name="Languages">By bytes, most first, as GitHub counts them.</param>
    /// <param name="Structure">Files and folders of the default branch.</param>
    /// <param name="Tests">How much of the code is tests.</param>
    /// <param name="Complexity">An estimate of how much there is to understand.</param>
    /// <param name="Architecture">What the names of files tell.</param>
    /// <param name="Activity">Commits of the default branch.</param>
    /// <param name="BusFactor">Over the last 365 days, merges and bots left out.</param>
    /// <param name="HotSpots">Files that changed most often within 90 days.</param>
    /// <param name="Branches">How branches are named and used.</param>
    /// <param name="PullRequests">How pull requests flow.</param>
    /// <param name="Releases">How releases follow each other.</param>
    /// <param name="Workflows">GitHub Actions of the last 30 days.</param>
    /// <param name="Limits">What is not known, for people; empty when everything was there.</param>
    public sealed record Answer(
        SyncedRepository Repository, DateTimeOffset AnalysedAt, IReadOnlyList<LanguageShare> Languages, TreeStructure Structure, TestShare Tests,
        ComplexityEstimate Complexity, IReadOnlyList<ArchitectureHint> Architecture, CommitActivity Activity, BusFactor BusFactor,
        IReadOnlyList<HotSpot> HotSpots, BranchPatterns Branches, PullFigures PullRequests, ReleaseCadence Releases, WorkflowFigures Workflows,
        IReadOnlyList<string> Limits);

    public sealed record Request(long ProjectId) : IRequest<Answer>;

    private sealed class Handler(SyncedRepositories repositories, AnalysisRows rows, TimeProvider time) : IRequestHandler<Request, Answer>
    {
        public async Task<Answer> Handle(Request request, CancellationToken cancellationToken)
        {
            var repository = await repositories.Find(request.ProjectId, cancellationToken);
            var now = time.GetUtcNow();
            var tree = await rows.Tree(repository, cancellationToken);
            var files = tree.Where(entry => entry.Type == "blob").Select(entry => new TreeFile(entry.Path, entry.Size ?? 0)).ToArray();
            var languages = LanguageShare.Of(repository.Languages);
            var activity = await rows.Activity(repository, now, cancellationToken);
            return new Answer(
                repository, now, languages, TreeStructure.Of(files, tree.Count(entry => entry.Type == "tree")), TestShare.Of(files),
                ComplexityEstimate.Of(files, languages.ToDictionary(language => language.Name, language => language.Bytes)), ArchitectureHints.Of(files),
                activity, BusFactor.Of(await rows.Authors(repository, now.AddDays(-365), cancellationToken)),
                await rows.HotSpots(repository, now.AddDays(-90), cancellationToken),
                BranchPatterns.Of(await rows.Branches(repository, cancellationToken), repository.DefaultBranch, now),
                await rows.Pulls(repository, now.AddDays(-90), cancellationToken),
                ReleaseCadence.Of(await rows.Releases(repository, cancellationToken), now),
                await rows.Workflows(repository, now.AddDays(-30), cancellationToken),
                [.. Limits(repository, tree.Count, activity)]);
        }

        private static IEnumerable<string> Limits(SyncedRepository repository, int entries, CommitActivity activity)
        {
            if (entries == 0)
                yield return "The tree of the default branch was not read yet, or the repository is empty: structure, tests, complexity and architecture say nothing.";
            if (repository.TreeTruncated)
                yield return "GitHub did not show all of the tree: structure, tests, complexity and architecture rest on a part of it.";
            if (activity.LastQuarter > activity.Detailed)
                yield return $"Of {activity.LastQuarter} commits within 90 days, the files of {activity.Detailed} are known: hot spots rest on those.";
        }
    }
}
