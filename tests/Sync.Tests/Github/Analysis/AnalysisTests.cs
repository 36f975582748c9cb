using FluentAssertions;
using Hub.FakeGithub;
using Hub.TestHarness;
using NUnit.Framework;

namespace Hub.Sync.Tests.Github.Analysis;

/// <summary>What a repository says of itself once it is here, against what the fake GitHub holds.</summary>
public class AnalysisTests
{
    private static readonly FakeGithubOptions Shop = new() { Repositories = [new("acme/shop") { Commits = 40, Pulls = 6, Releases = 4 }] };

    [Test]
    public async Task A_repository_is_measured_on_what_was_synchronised()
    {
        await using var github = await FakeGithubServer.Start(Shop);
        await using var hub = await GithubHub.Start(github);
        (await hub.Http.Get($"projects/{hub.Project}/github-analysis")).Expect(409).Text("code").Should().Be("not_synchronised");
        await hub.Sync();
        github.Requests.Clear();

        var analysis = (await hub.Http.Get($"projects/{hub.Project}/github-analysis")).Expect(200);

        github.Requests.All.Should().BeEmpty("it is measured on the stored rows");
        analysis.GetProperty("repository").Text("full_name").Should().Be("acme/shop");
        var languages = analysis.GetProperty("languages").EnumerateArray().ToArray();
        languages.Sum(language => language.GetProperty("share").GetDouble()).Should().BeApproximately(1, 0.01);
        var tree = (await hub.Ask("git/trees/main?recursive=1")).GetProperty("tree").EnumerateArray().ToArray();
        analysis.GetProperty("structure").Number("files").Should().Be(tree.Count(entry => entry.Text("type") == "blob"));
        analysis.GetProperty("structure").Number("directories").Should().Be(tree.Count(entry => entry.Text("type") == "tree"));
        analysis.GetProperty("tests").Number("test_files").Should().BePositive();
        analysis.GetProperty("tests").GetProperty("file_share").GetDouble().Should().BeInRange(0.01, 0.99);
        analysis.GetProperty("complexity").Text("level").Should().BeOneOf("low", "moderate", "high", "very_high");
        analysis.GetProperty("architecture").EnumerateArray().Select(hint => hint.Text("name")).Should().Contain(["container", "github_actions"]);
        analysis.GetProperty("activity").Number("total").Should().BePositive();
        analysis.GetProperty("bus_factor").Number("value").Should().BePositive();
        analysis.GetProperty("branches").Number("total").Should().Be(hub.Repository.Git.Branches.Count);
        analysis.GetProperty("pull_requests").Number("open").Should().Be(hub.Repository.Pulls.All.Count(pull => pull.Open));
        analysis.GetProperty("releases").Number("total").Should().Be(hub.Repository.Releases.All.Count(release => !release.Draft));
        analysis.GetProperty("releases").Text("versioning").Should().Be("semver");
    }

    [Test]
    public async Task Release_notes_name_what_was_merged_between_two_tags_and_nothing_else()
    {
        await using var github = await FakeGithubServer.Start(Shop);
        await using var hub = await GithubHub.Start(github);
        var repository = hub.Repository;
        repository.Releases.Create("v9.0.0", release => release with { Target = "main" });
        var inside = Merge(repository, "feat: pay by invoice", "invoice");
        repository.Releases.Create("v9.1.0", release => release with { Target = "main" });
        var after = Merge(repository, "fix: rounding", "rounding");
        await hub.Sync();

        var notes = (await hub.Http.Get($"projects/{hub.Project}/release-notes?from=v9.0.0&to=v9.1.0")).Expect(200);
        notes.GetProperty("pull_requests").EnumerateArray().Select(pull => (int)pull.Number("number")).Should().Equal(inside);
        notes.GetProperty("pull_requests")[0].Text("category").Should().Be("features");
        notes.Text("markdown").Should().Contain("## Features").And.Contain($"[#{inside}]");
        (await hub.Http.Get($"projects/{hub.Project}/release-notes?from=v9.1.0&to=main")).Expect(200)
            .GetProperty("pull_requests").EnumerateArray().Select(pull => (int)pull.Number("number")).Should().Equal(after);
        (await hub.Http.Get($"projects/{hub.Project}/release-notes?from=v9.1.0&to=v9.1.0")).Expect(200).GetProperty("pull_requests").GetArrayLength().Should().Be(0);
        (await hub.Http.Get($"projects/{hub.Project}/release-notes?from=v77")).Expect(400).GetProperty("errors").TryGetProperty("from", out _).Should().BeTrue();
        (await hub.Http.Get("projects/999999/release-notes")).Expect(404);
    }

    private static int Merge(GithubRepository repository, string title, string branch)
    {
        repository.Git.CreateBranch(branch, repository.DefaultBranch);
        repository.Git.Commit(branch, title);
        var pull = repository.Pulls.Open(title, branch);
        return repository.Pulls.Merge(pull.Number).Number;
    }
}
