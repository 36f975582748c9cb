using System.Net;
using FluentAssertions;
using Hub.FakeJira;
using NUnit.Framework;

namespace Hub.Host.Tests.FakeJira;

public sealed class ServerTests
{
    FakeJiraServer jira = null!;
    JiraCaller caller = null!;

    [SetUp]
    public async Task Start()
    {
        jira = await FakeJiraServer.Start(new FakeJiraOptions { Deployment = Deployment.Server, ContextPath = "/jira", Issues = 120 });
        caller = new JiraCaller(jira);
    }

    [TearDown]
    public async Task Stop()
    {
        caller.Dispose();
        await jira.DisposeAsync();
    }

    [Test]
    public async Task Offsets_walk_over_all_pages_with_the_size_that_the_server_allows()
    {
        jira.Search.MaxPage = 50;
        var keys = new List<string>();
        for (var total = 1; keys.Count < total;)
        {
            var page = await caller.Get($"/rest/api/2/search?jql=project+in+(HUB,PAY)+order+by+updated&maxResults=500&startAt={keys.Count}");
            page.Json.GetProperty("maxResults").GetInt32().Should().Be(50);
            total = page.Json.GetProperty("total").GetInt32();
            keys.AddRange(page.Keys);
        }

        keys.Should().HaveCount(120).And.OnlyHaveUniqueItems();
    }

    [Test]
    public async Task The_total_can_drift_from_page_to_page()
    {
        jira.Search.TotalDrift = -3;
        (await Total(0)).Should().Be(117);
        (await Total(50)).Should().Be(114);

        async Task<int> Total(int at) => (await caller.Get($"/rest/api/2/search?jql=&startAt={at}")).Json.GetProperty("total").GetInt32();
    }

    [Test]
    public async Task It_lives_below_its_context_path_only_and_has_no_cloud_search()
    {
        (await caller.Get("/rest/api/2/serverInfo")).Json.GetProperty("deploymentType").GetString().Should().Be("Server");
        (await caller.Send("GET", "/rest/api/2/serverInfo", at: jira.Url.Replace("/jira", ""))).Status.Should().Be(HttpStatusCode.NotFound);
        (await caller.Get("/rest/api/2/search/jql?jql=project=HUB")).Status.Should().Be(HttpStatusCode.NotFound);
        (await caller.Get("/rest/api/3/myself")).Status.Should().Be(HttpStatusCode.NotFound);
    }

    [Test]
    public async Task People_have_names_instead_of_account_ids()
    {
        var me = (await caller.Get("/rest/api/2/myself")).Json;
        me.GetProperty("name").GetString().Should().Be("hub-bot");
        me.TryGetProperty("accountId", out _).Should().BeFalse();
    }

    [Test]
    public async Task An_unknown_key_is_an_error_unless_the_caller_asks_for_a_warning()
    {
        (await caller.Get("/rest/api/2/search?jql=key+in+(HUB-1,HUB-999)")).Status.Should().Be(HttpStatusCode.BadRequest);
        var warned = await caller.Get("/rest/api/2/search?jql=key+in+(HUB-1,HUB-999)&validateQuery=warn");
        warned.Keys.Should().Equal("HUB-1");
        warned.Json.GetProperty("warningMessages")[0].GetString().Should().Contain("HUB-999");
    }

    [Test]
    public async Task Epoch_milliseconds_can_be_turned_off()
    {
        const string query = "/rest/api/2/search?jql=updated+%3E%3D+1700000000000";
        (await caller.Get(query)).Status.Should().Be(HttpStatusCode.OK);
        jira.Search.EpochMilliseconds = false;
        (await caller.Get(query)).Status.Should().Be(HttpStatusCode.BadRequest);
    }
}
