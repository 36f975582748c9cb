using System.Diagnostics;
using System.Net;
using System.Text.Json;
using FluentAssertions;
using Hub.TestHarness;
using NUnit.Framework;

namespace Hub.Schemas.Tests.Browse;

[FixtureLifeCycle(LifeCycle.SingleInstance)]
public class CatalogueApiTests
{
    private const string Path = "integrations/schemas";
    private HubFixture hub = null!;
    private HttpClient http = null!;

    [OneTimeSetUp]
    public async Task Start()
    {
        hub = await HubFixture.Start();
        http = hub.ClientFor(null);
    }

    [OneTimeTearDown]
    public async Task Stop()
    {
        http.Dispose();
        await hub.DisposeAsync();
    }

    [Test]
    public async Task the_whole_catalogue_comes_in_one_page_without_a_key()
    {
        var list = (await http.Get(Path)).Expect(200);
        list.GetProperty("total").GetInt32().Should().BeGreaterThanOrEqualTo(43);
        list.GetProperty("items").GetArrayLength().Should().Be(list.GetProperty("total").GetInt32());
        list.GetProperty("next_cursor").ValueKind.Should().Be(JsonValueKind.Null);
        Ids(list).Take(5).Should().Equal("openai", "coralogix", "datadog", "new_relic", "grafana");
    }

    [Test]
    public async Task the_path_without_version_is_the_same()
    {
        var short_path = await http.Get("/api/integrations/schemas/slack");
        short_path.Expect(200).GetProperty("id").GetString().Should().Be("slack");
    }

    [Test]
    public async Task one_type_has_the_documented_shape()
    {
        var schema = (await http.Get($"{Path}/coralogix")).Expect(200);
        schema.EnumerateObject().Select(member => member.Name).Should().BeEquivalentTo(
            "id", "name", "category", "platform_name", "integration_category", "description", "docs_url", "icon_url", "display_order", "featured", "aliases",
            "version", "source", "capabilities", "fields", "auth", "test", "webhook", "created_at", "updated_at");
        schema.GetProperty("source").GetString().Should().Be("builtin");
        schema.GetProperty("display_order").GetInt32().Should().Be(20);
        var key = schema.GetProperty("fields").EnumerateArray().Single(field => field.GetProperty("name").GetString() == "api_key");
        key.EnumerateObject().Select(member => member.Name).Should().BeEquivalentTo(
            "name", "label", "type", "required", "level", "description", "placeholder", "default", "options", "pattern", "required_when");
        key.GetProperty("type").GetString().Should().Be("secret");
        key.GetProperty("level").GetString().Should().Be("org");
    }

    [Test]
    public async Task an_alias_finds_its_type() => (await http.Get($"{Path}/teams")).Expect(200).GetProperty("id").GetString().Should().Be("microsoft_teams");

    [TestCase($"{Path}/acme")]
    [TestCase($"{Path}/platforms/acme/category")]
    [TestCase("/icons/acme.svg")]
    public async Task what_is_unknown_is_a_problem_document(string path)
    {
        var answer = await http.Get(path);
        answer.Expect(404).GetProperty("code").GetString().Should().Be("not_found");
        answer.Response.Content.Headers.ContentType!.MediaType.Should().Be("application/problem+json");
        answer.Text.Should().Contain("acme");
    }

    [TestCase("category=observability", "coralogix,datadog,new_relic,grafana,dynatrace_logs")]
    [TestCase("category=data-warehouse", "snowflake,bigquery")]
    [TestCase("integration_category=ticketing", "jira,servicenow,zendesk")]
    [TestCase("platform=github", "github,github_app,github_repos")]
    [TestCase("capability=tickets", "jira")]
    [TestCase("capability=email", "smtp")]
    [TestCase("capability=oauth&category=crm", "salesforce,hubspot")]
    [TestCase("q=teams", "microsoft_teams")]
    [TestCase("q=GIT%20personal", "github")]
    [TestCase("category=scm&featured=false", "github_app,aws_codepipeline,azure_devops_repos")]
    [TestCase("category=nothing", "")]
    public async Task filters_narrow_the_list(string query, string ids)
    {
        var list = (await http.Get($"{Path}?{query}")).Expect(200);
        string.Join(',', Ids(list)).Should().Be(ids);
        list.GetProperty("total").GetInt32().Should().Be(Ids(list).Count());
    }

    [Test]
    public async Task a_flag_that_is_none_is_refused() => (await http.Get($"{Path}?featured=perhaps")).Expect(400).GetProperty("errors").TryGetProperty("featured", out _).Should().BeTrue();

    [Test]
    public async Task pages_cover_the_list_once_and_tell_the_total()
    {
        var all = Ids((await http.Get(Path)).Expect(200)).ToArray();
        var seen = new List<string>();
        for (string? cursor = ""; cursor is not null;)
        {
            var page = (await http.Get($"{Path}?limit=10{(cursor is "" ? "" : $"&cursor={cursor}")}")).Expect(200);
            page.GetProperty("total").GetInt32().Should().Be(all.Length);
            seen.AddRange(Ids(page));
            cursor = page.GetProperty("next_cursor").GetString();
        }

        seen.Should().Equal(all);
    }

    [Test]
    public async Task a_cursor_fits_its_own_list_only()
    {
        var cursor = (await http.Get($"{Path}?limit=2")).Expect(200).GetProperty("next_cursor").GetString();
        (await http.Get($"{Path}?limit=2&category=ai&cursor={cursor}")).Expect(400);
    }

    [Test]
    public async Task categories_are_counted_in_the_order_of_the_catalogue()
    {
        var items = (await http.Get($"{Path}/categories/list")).Expect(200).GetProperty("items").EnumerateArray().ToArray();
        items.Select(item => item.GetProperty("category").GetString()).Take(10).Should().Equal(
            "ai", "observability", "data-warehouse", "search", "communication", "scm", "collaboration", "cloud", "orchestration", "error-tracking");
        items.Single(item => item.GetProperty("category").GetString() == "scm").GetProperty("count").GetInt32().Should().Be(6);
    }

    [TestCase("jira", "jira", "ticketing")]
    [TestCase("github", "github", "code_repository")]
    [TestCase("teams", "microsoft_teams", "messaging")]
    [TestCase("github_repos", "github", "code_repository")]
    public async Task a_platform_tells_what_it_is_for(string platform, string name, string category)
    {
        var answer = (await http.Get($"{Path}/platforms/{platform}/category")).Expect(200);
        answer.GetProperty("platform_name").GetString().Should().Be(name);
        answer.GetProperty("integration_category").GetString().Should().Be(category);
    }

    [TestCase(Path)]
    [TestCase($"{Path}/jira")]
    [TestCase($"{Path}?category=scm")]
    public async Task a_client_that_has_the_answer_gets_304(string path)
    {
        var first = await http.Get(path);
        first.Response.Headers.CacheControl!.ToString().Should().Be("public, no-cache");
        first.Response.Headers.Contains("X-Hub-Catalogue").Should().BeFalse();
        var again = await http.Ask(HttpMethod.Get, path, null, ("If-None-Match", first.Response.Headers.ETag!.Tag));
        again.Status.Should().Be(304);
        again.Text.Should().BeEmpty();
        (await http.Ask(HttpMethod.Get, path, null, ("If-None-Match", "\"0\""))).Status.Should().Be(200);
    }

    [TestCase(Path, 200)]
    [TestCase($"{Path}?category=scm", 200)]
    [TestCase($"{Path}/jira", 200)]
    [TestCase($"{Path}/categories/list", 200)]
    [TestCase($"{Path}/platforms/jira/category", 200)]
    [TestCase("/icons/jira.svg", 200)]
    [TestCase("/api/integrations/schemas/jira", 200)]
    [TestCase($"{Path}/acme", 404)]
    public async Task the_head_of_a_read_is_told_without_a_key_and_without_a_body(string path, int status)
    {
        var head = await http.Ask(HttpMethod.Head, path, null);
        head.Status.Should().Be(status);
        head.Text.Should().BeEmpty();
        var whole = await http.Get(path);
        head.Response.Content.Headers.ContentType.Should().Be(whole.Response.Content.Headers.ContentType);
        head.Response.Headers.ETag.Should().Be(whole.Response.Headers.ETag);
        head.Response.Headers.CacheControl?.ToString().Should().Be(whole.Response.Headers.CacheControl?.ToString());
    }

    [Test]
    public async Task an_icon_is_a_picture()
    {
        var list = (await http.Get(Path)).Expect(200);
        foreach (var url in list.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("icon_url").GetString()!))
        {
            var icon = await http.Get(url);
            icon.Status.Should().Be(200, url);
            icon.Response.Content.Headers.ContentType!.MediaType.Should().Be("image/svg+xml");
            icon.Text.Should().StartWith("<svg ");
        }
    }

    [Test]
    public async Task the_catalogue_answers_at_once_while_the_database_is_away()
    {
        await using var lonely = await HubFixture.Start();
        using var client = lonely.ClientFor(null);
        (await client.Get(Path)).Response.Headers.Contains("X-Hub-Catalogue").Should().BeFalse();
        await TestPostgres.Drop(lonely.ConnectionString);

        await HubFixture.Eventually(() => client.Get(Path), answer => answer.Response.Headers.Contains("X-Hub-Catalogue"), "the header says that the database is away");
        foreach (var path in new[] { Path, $"{Path}/jira", $"{Path}?q=jira", $"{Path}/categories/list", $"{Path}/platforms/jira/category" })
        {
            var started = Stopwatch.GetTimestamp();
            var answer = await client.Get(path);
            answer.Status.Should().Be((int)HttpStatusCode.OK, path);
            answer.Response.Headers.GetValues("X-Hub-Catalogue").Should().Equal("builtin");
            answer.Response.Headers.CacheControl!.NoStore.Should().BeTrue();
            Stopwatch.GetElapsedTime(started).Should().BeLessThan(TimeSpan.FromSeconds(1), path);
        }
    }

    private static IEnumerable<string> Ids(JsonElement list) => list.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("id").GetString()!);
}
