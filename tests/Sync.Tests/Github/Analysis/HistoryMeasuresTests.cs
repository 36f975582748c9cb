using FluentAssertions;
using FsCheck;
using FsCheck.Fluent;
using Hub.Sync.Github.Analysis;
using Hub.Sync.Github.ReleaseNotes;
using NUnit.Framework;

namespace Hub.Sync.Tests.Github.Analysis;

public class HistoryMeasuresTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 28, 0, 0, 0, TimeSpan.Zero);

    [Test]
    public void The_bus_factor_is_the_fewest_people_behind_half_of_the_commits()
    {
        BusFactor.Of([("ann", 50), ("bob", 30), ("cid", 20)]).Value.Should().Be(1);
        BusFactor.Of([("ann", 40), ("bob", 35), ("cid", 25)]).Value.Should().Be(2);
        BusFactor.Of([]).Value.Should().BeNull();
    }

    [Test]
    public void One_person_fewer_would_not_do() => Prop.ForAll(Gen.Choose(1, 500).NonEmptyListOf().ToArbitrary(), commits =>
    {
        var authors = commits.Select((n, i) => ($"author-{i}", (long)n)).ToArray();
        var value = BusFactor.Of(authors).Value!.Value;
        var ordered = commits.OrderDescending().ToArray();
        var all = commits.Sum();
        return ordered.Take(value).Sum() * 2 >= all && ordered.Take(value - 1).Sum() * 2 < all;
    }).QuickCheckThrowOnFailure();

    [Test]
    public void Releases_every_two_weeks_are_regular()
    {
        var cadence = ReleaseCadence.Of([.. Enumerable.Range(0, 10).Select(i => new PublishedRelease($"v1.{i}.0", Now.AddDays(-14 * i), i == 3))], Now);
        (cadence.Total, cadence.Prereleases, cadence.LastYear, cadence.MedianDaysBetween, cadence.Regularity, cadence.Versioning)
            .Should().Be((10, 1, 10, 14, "regular", "semver"));
        cadence.Latest!.Tag.Should().Be("v1.0.0");
        ReleaseCadence.Of([new("2026.04", Now, false), new("2026.05.1", Now.AddDays(1), false)], Now).Versioning.Should().Be("calver");
        ReleaseCadence.Of([new("fuzzy-bear", Now, false)], Now).Versioning.Should().Be("other");
        ReleaseCadence.Of([], Now).Should().Be(new ReleaseCadence(0, 0, 0, null, null, null, null));
    }

    [TestCase("main", "main,develop,feature/a", "git_flow")]
    [TestCase("main", "main,release/1.0,feature/a", "release_branches")]
    [TestCase("main", "main,feature/a", "feature_branches")]
    [TestCase("main", "main", "trunk")]
    public void Names_of_branches_suggest_a_model(string head, string names, string model)
    {
        var branches = names.Split(',').Select(name => new BranchHead(name, name == head, Now.AddDays(name == head ? -200 : -100))).ToArray();
        var patterns = BranchPatterns.Of(branches, head, Now);
        (patterns.Model, patterns.Total, patterns.Protected, patterns.Active, patterns.Stale).Should().Be((model, branches.Length, 1, 0, branches.Length - 1));
    }

    [Test]
    public void Between_two_commits_lies_what_one_reaches_and_the_other_does_not()
    {
        // a - b - c - m - d with a side branch b - x - m.
        var graph = new CommitGraph([new("a", []), new("b", ["a"]), new("c", ["b"]), new("x", ["b"]), new("m", ["c", "x"]), new("d", ["m"])]);
        graph.Between("b", "d").Should().BeEquivalentTo("c", "x", "m", "d");
        graph.Between("c", "d").Should().BeEquivalentTo("x", "m", "d");
        graph.Between(null, "c").Should().BeEquivalentTo("a", "b", "c");
        graph.Between("d", "c").Should().BeEmpty();
    }

    [Test]
    public void A_history_of_a_hundred_thousand_commits_is_no_deep_recursion()
    {
        var chain = Enumerable.Range(0, 100_000).Select(i => new CommitNode($"{i}", i == 0 ? [] : [$"{i - 1}"]));
        new CommitGraph(chain).Between("10", "99999").Should().HaveCount(99_989);
    }

    [TestCase("feat(api): new endpoint", "", "features")]
    [TestCase("fix: crash", "", "fixes")]
    [TestCase("feat!: drop v1", "", "breaking")]
    [TestCase("chore(deps): bump x", "", "dependencies")]
    [TestCase("Anything", "bug,area/api", "fixes")]
    [TestCase("Anything", "Breaking Change", "breaking")]
    [TestCase("Update README", "", "other")]
    public void Pull_requests_are_sorted_by_label_or_title(string title, string labels, string category) =>
        PullCategory.Of(title, labels.Split(',', StringSplitOptions.RemoveEmptyEntries)).Should().Be(category);

    [Test]
    public void Titles_bring_no_markup_into_the_notes()
    {
        var pull = new MergedPull
        {
            Number = 7, Title = "fix: <img src=x> [click](javascript:1)\n# Heading", MergedAt = Now, Labels = [], LinkedIds = [1], LinkedKeys = ["HUB-1"],
            Url = "https://github.com/acme/api/pull/7", Author = "ann",
        };
        var text = NotesText.Of("v1.2.0", [pull], ["ann"]);
        text.Should().Contain("## Fixes").And.Contain(@"\<img src=x\> \[click\]").And.Contain("(HUB-1)").And.NotContain("\n# Heading");
    }
}
