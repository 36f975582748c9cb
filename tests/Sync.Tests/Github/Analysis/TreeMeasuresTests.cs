using FluentAssertions;
using Hub.Sync.Github.Analysis;
using NUnit.Framework;

namespace Hub.Sync.Tests.Github.Analysis;

public class TreeMeasuresTests
{
    [TestCase("src/Orders/OrderTests.cs", true)]
    [TestCase("pkg/orders/order_test.go", true)]
    [TestCase("web/src/cart.spec.ts", true)]
    [TestCase("tests/test_orders.py", true)]
    [TestCase("src/test/java/acme/Orders.java", true)]
    [TestCase("tests/Acme.Orders.Tests/Fakes/Clock.cs", true)]
    [TestCase("src/Acme.Orders.IntegrationTests/Setup.cs", true)]
    [TestCase("spec/models/order_spec.rb", true)]
    [TestCase("src/contest/Contest.cs", false)]
    [TestCase("src/Latest.cs", false)]
    [TestCase("src/attestation.go", false)]
    public void A_test_is_known_by_its_folder_or_its_name(string path, bool test) => FileKinds.IsTest(new TreeFile(path, 1)).Should().Be(test);

    [TestCase("vendor/github.com/x/y.go")]
    [TestCase("web/node_modules/react/index.js")]
    [TestCase("web/app.min.js")]
    [TestCase("api/orders.pb.go")]
    [TestCase("README.md")]
    [TestCase("assets/logo.png")]
    public void What_others_wrote_or_programs_made_is_no_source(string path) => FileKinds.IsSource(new TreeFile(path, 1)).Should().BeFalse();

    [Test]
    public void Shares_count_source_only()
    {
        var share = TestShare.Of([new("src/a.cs", 300), new("src/b.cs", 300), new("tests/aTests.cs", 200), new("docs/x.md", 9000), new("vendor/v.go", 9000)]);
        share.Should().Be(new TestShare(2, 1, 600, 200));
        (share.FileShare, share.ByteShare).Should().Be((0.3333, 0.25));
        (TestShare.Of([]).FileShare, TestShare.Of([]).ByteShare).Should().Be((null, null));
    }

    [Test]
    public void Structure_shows_where_the_files_lie()
    {
        var structure = TreeStructure.Of([new("a.md", 10), new("src/x/y/z.cs", 100), new("src/b.cs", 50), new(".gitignore", 1)], 3);
        (structure.Files, structure.Directories, structure.Bytes, structure.MaxDepth).Should().Be((4, 3, 161, 3));
        structure.TopLevel.Should().Equal(new FolderShare(".", 2, 11), new FolderShare("src", 2, 150));
        structure.Extensions.Should().Equal(new ExtensionShare(".cs", 2, 150), new ExtensionShare("", 1, 1), new ExtensionShare(".md", 1, 10));
        structure.LargestFiles[0].Path.Should().Be("src/x/y/z.cs");
    }

    [Test]
    public void More_code_in_more_languages_deeper_down_is_estimated_as_more_complex()
    {
        var one = new Dictionary<string, long> { ["C#"] = 100 };
        var small = ComplexityEstimate.Of([new("a.cs", 4000)], one);
        (small.Level, small.Score, small.EstimatedLines).Should().Be(("low", 0, 100));
        var many = Enumerable.Range(0, 20_000).Select(i => new TreeFile($"src/a/b/c/d/e/f/g/{i}.cs", 45_000)).ToArray();
        var large = ComplexityEstimate.Of(many, new Dictionary<string, long> { ["A"] = 1, ["B"] = 1, ["C"] = 1, ["D"] = 1, ["E"] = 1, ["F"] = 1 });
        (large.Level, large.Score).Should().Be(("very_high", 100));
        ComplexityEstimate.Of([], new Dictionary<string, long>()).Score.Should().Be(0);
    }

    [Test]
    public void Hints_show_what_gave_them_away()
    {
        string[] paths =
        [
            "HubMonolith.sln", "Modules/Sync/Hub.Sync/Hub.Sync.csproj", "Modules/Webhooks/Hub.Webhooks/Hub.Webhooks.csproj", ".github/workflows/ci.yml",
            "Dockerfile", "db/migrations/1.sql", "db/migrations/2.sql", "README.md", "LICENSE", "docs/adr/0001.md", "node_modules/x/package.json",
        ];
        var hints = ArchitectureHints.Of(paths.Select(path => new TreeFile(path, 1)));
        hints.Select(hint => hint.Name).Should().BeEquivalentTo(
            "dotnet", "github_actions", "container", "modular_monolith", "migrations", "readme", "license", "decisions");
        hints.Single(hint => hint.Name == "modular_monolith").Evidence.Should().Equal(paths[1], paths[2]);
    }

    [Test]
    public void One_folder_called_models_is_no_architecture() =>
        ArchitectureHints.Of([new("src/models/a.py", 1), new("src/models/b.py", 1), new("src/models/c.py", 1)]).Should().BeEmpty();
}
