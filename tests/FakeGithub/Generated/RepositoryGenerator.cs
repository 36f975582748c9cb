using System.Collections.Immutable;
using Hub.Fakes;

namespace Hub.FakeGithub;

/// <summary>Fills a repository: varied, but the same for the same seed and start time. Nobody is told of what it makes.</summary>
static class RepositoryGenerator
{
    static readonly string[] Labels = ["bug", "enhancement", "documentation", "good first issue", "priority: high", "área/pagos"];

    static readonly string[] Verdicts = ["APPROVED", "APPROVED", "CHANGES_REQUESTED", "COMMENTED", "DISMISSED"];

    public static void Fill(GithubRepository repository, RepositorySeed seed)
    {
        if (seed.Commits == 0) return;
        lock (repository.Gate) new Work(repository, seed).Run();
    }

    sealed class Work(GithubRepository repository, RepositorySeed seed)
    {
        readonly List<GithubEvent> unheard = [];
        readonly DateTimeOffset now = repository.Now();
        int made;

        GitData Git => repository.Git;

        string Main => repository.DefaultBranch;

        // From a year ago up to an hour ago, evenly.
        DateTimeOffset When(int step, int steps) =>
            now.AddDays(-360).AddSeconds(Math.Floor((TimeSpan.FromDays(360) - TimeSpan.FromHours(1)).TotalSeconds * step / steps));

        public void Run()
        {
            repository.Created = now.AddDays(-361);
            var steps = seed.Commits + seed.Pulls + seed.Issues;
            var (commits, pulls, issues, releases) = (0, 0, 0, 0);
            for (var step = 0; step < steps; step++)
            {
                var at = When(step + 1, steps);
                if (commits * (long)steps <= step * (long)seed.Commits && commits < seed.Commits)
                {
                    commits++;
                    Direct(at);
                }
                else if (pulls * (long)steps <= step * (long)seed.Pulls && pulls < seed.Pulls)
                    Pull(pulls++, at, at.AddSeconds((When(1, steps) - When(0, steps)).TotalSeconds * 0.8));
                else if (issues < seed.Issues) Issue(issues++, at);
                else if (pulls < seed.Pulls) Pull(pulls++, at, at.AddSeconds(30));
                else Direct(at);
                if (releases < seed.Releases && (step + 1) * (long)seed.Releases >= (releases + 1L) * steps) Release(releases++, at);
            }

            for (var i = 0; i < seed.Branches; i++) Git.Move($"release/{i + 1}.x", Git.Log(Main)[Math.Min(i * 3, Git.Log(Main).Count - 1)].Sha, unheard, null);
            Git.Protect(Main);
            for (var i = 0; i < seed.WorkflowRuns; i++) Run(i);
            repository.Topics = ["shop", "dotnet"];
            repository.Description = "A shop that sells things – für Tests";
            repository.Updated = repository.Pushed = now.AddHours(-1);
        }

        void Direct(DateTimeOffset at)
        {
            var tip = Git.Branch(Main)?.Sha;
            var draft = Draft(at, tip is null ? SampleTree.First() : null);
            Git.Move(Main, Git.Add(tip is null ? [] : [tip], draft).Sha, unheard, null);
        }

        CommitDraft Draft(DateTimeOffset at, IReadOnlyList<FileChange>? changes = null)
        {
            long seed1 = ++made + repository.Id * 31;
            var author = Varied.Pick(GithubUser.Colleagues, seed1, 66);
            return new CommitDraft(CommitText.Message(seed.JiraProjects, seed1))
            {
                Author = author,
                NoAccount = made % 11 == 0,
                AuthorIdentity = made % 11 == 0 ? new GitIdentity("root", "root@build-agent-7", at) : null,
                // Some were written days before they were rebased, in other zones.
                AuthorDate = (made % 7 == 0 ? at.AddDays(-3) : at).ToOffset(TimeSpan.FromHours(made % 3 * 2)),
                CommitterDate = at,
                CoAuthors = made % 9 == 0 ? [Varied.Pick(GithubUser.Colleagues, seed1, 67)] : [],
                Changes = changes ?? Changes(seed1),
            };
        }

        static List<FileChange> Changes(long seed1)
        {
            var code = new FileChange(Varied.Pick(SampleTree.Sources, seed1, 68), "modified", 3 + (int)(Varied.Mix(seed1, 69) % 40),
                (int)(Varied.Mix(seed1, 70) % 3));
            return Varied.Mix(seed1, 71) % 3 == 0 ? [code, new FileChange(Varied.Pick(SampleTree.Tests, seed1, 72), "modified", 12, 1)] : [code];
        }

        void Pull(int index, DateTimeOffset at, DateTimeOffset end)
        {
            if (Git.IsEmpty) Direct(at);
            var number = repository.NextNumber();
            var branch = CommitText.Branch(seed.JiraProjects, number);
            var start = Git.Branch(Main)!.Sha;
            var tip = start;
            List<FileChange> files = [];
            for (var i = 0; i <= Varied.Mix(number, 73) % 3; i++)
            {
                var commit = Git.Add([tip], Draft(at.AddSeconds(i)));
                (tip, files) = (commit.Sha, [.. files, .. commit.Changes]);
            }

            Git.Move(branch, tip, unheard, null);
            var author = Varied.Pick(GithubUser.Colleagues, number, 74);
            var fate = index % 10;
            repository.Pulls.Set(new GithubPull
            {
                Id = repository.NextId(), Number = number, Title = CommitText.Title(seed.JiraProjects, number), Body = Varied.Description(number),
                HeadRef = branch, HeadSha = tip, BaseRef = Main, BaseSha = start, Created = at.AddSeconds(5), Updated = at.AddSeconds(5), User = author,
                Draft = fate == 9, Labels = number % 4 == 0 ? [Varied.Pick(Labels, number, 75)] : [],
                Assignees = number % 3 == 0 ? [author] : [], RequestedReviewers = number % 2 == 0 ? [GithubUser.Colleagues[1]] : [],
            });
            for (var i = 0; i < Varied.Mix(number, 76) % 3; i++)
            {
                var (verdict, by) = (Varied.Pick(Verdicts, number + i, 77), Varied.Pick(GithubUser.Colleagues, number + i, 78));
                repository.Pulls.AddReview(number, verdict, by, Varied.Comment(number), at.AddSeconds(10 + i));
            }

            if (fate < 6)
            {
                var method = number % 3 == 0 ? MergeMethod.Squash : MergeMethod.Merge;
                repository.Pulls.Merge(number, method, Varied.Pick(GithubUser.Colleagues, number, 79), end, files.DistinctBy(f => f.Path), unheard);
                Git.Forget(branch);
            }
            else if (fate < 8)
            {
                repository.Pulls.Set(repository.Pulls[number] with { Open = false, Closed = end, Updated = end, ForkGone = fate == 7 });
                Git.Forget(branch);
            }
        }

        void Issue(int index, DateTimeOffset at)
        {
            var open = index % 3 != 0;
            var closed = at.AddMinutes(20);
            var key = CommitText.Key(seed.JiraProjects, index);
            var issue = repository.Issues.Add(Varied.Summary(index), i => i with
            {
                Body = Varied.Description(i.Number) is { } text ? index % 4 == 0 ? $"{text}\n\nInternal: {key}" : text : null,
                Open = open, StateReason = open ? null : index % 6 == 0 ? "not_planned" : "completed", Closed = open ? null : closed,
                Created = at, Updated = !open ? closed : index % 4 == 1 ? at.AddMinutes(1) : at,
                User = index % 13 == 0 ? null : Varied.Pick(GithubUser.Colleagues, index, 80),
                Labels = index % 2 == 0 ? [Varied.Pick(Labels, index, 81)] : [], Assignees = index % 5 == 0 ? [GithubUser.Colleagues[2]] : [],
            });
            if (index % 4 == 1)
                repository.Issues.AddComment(issue.Number, Varied.Comment(index), Varied.Pick(GithubUser.Colleagues, index, 82), at.AddMinutes(1));
        }

        void Release(int index, DateTimeOffset at)
        {
            if (Git.IsEmpty) return;
            var (draft, pre) = (index == seed.Releases - 1 && index > 0, index == seed.Releases - 2 && index > 0);
            var tag = $"v1.{index}.0{(pre ? "-rc.1" : "")}";
            repository.Releases.Add(tag, Git.Branch(Main)!.Sha, r => r with
            {
                Created = at, Published = at, Draft = draft, Prerelease = pre, Name = index % 3 == 0 ? null : $"Release {tag}",
                Body = $"## What's changed\n* {CommitText.Title(seed.JiraProjects, index)}",
            });
        }

        void Run(int index)
        {
            var history = Git.Log(Main);
            var commit = history[Math.Min((seed.WorkflowRuns - 1 - index) * 2, history.Count - 1)];
            var bad = Varied.Mix(index, 83) % 5;
            var start = commit.Committer.Date.AddSeconds(20);
            repository.Runs.Make(Main, r => r with
            {
                HeadSha = commit.Sha, Created = start, Updated = start.AddSeconds(90 + Varied.Mix(index, 84) % 600), Title = commit.Message.Split('\n')[0],
                Conclusion = bad switch { 0 => "failure", 1 => "cancelled", _ => "success" }, Attempt = bad == 0 ? 2 : 1,
            });
        }
    }
}
