using FluentAssertions;
using Hub.FakeJira;
using Hub.TestHarness;
using NUnit.Framework;

namespace Hub.Host.Tests;

public sealed class TraceTests
{
    [Test]
    public async Task One_trace_goes_from_the_request_through_the_worker_to_the_outbound_call()
    {
        const string trace = "0af7651916cd43dd8448eb211c80319c";
        await using var jira = await FakeJiraServer.Start(new FakeJiraOptions { Issues = 4 });
        await using var hub = await HubFixture.Start();
        var project = await hub.CreateProject();
        (await hub.Http.Post($"projects/{project}/jira-config", new { jira_url = jira.Url, email = jira.Options.Email, api_key = jira.Options.Token, project_key = "HUB" })).Expect(201);

        var asked = await hub.Http.Post($"projects/{project}/jira-sync", new { sync_type = "full" }, ("traceparent", $"00-{trace}-b7ad6b7169203331-01"));
        asked.Expect(202);
        asked.Response.Headers.GetValues("X-Trace-Id").Should().Equal(trace);
        var search = await HubFixture.Eventually(() => Task.FromResult(jira.Requests.To("/rest/api/3/search/jql")), requests => requests.Count > 0, "the worker searched");
        search[0].Headers.Should().ContainKey("traceparent").WhoseValue.Should().StartWith($"00-{trace}-");
        (await hub.Http.Get("audit?action=sync.started")).Expect(200).GetProperty("items")[0].GetProperty("trace_id").GetString().Should().Be(trace);
    }
}
