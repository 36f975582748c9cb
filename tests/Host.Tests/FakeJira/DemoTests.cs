using System.Net;
using FluentAssertions;
using Hub.FakeJira;
using NUnit.Framework;

namespace Hub.Host.Tests.FakeJira;

public sealed class DemoTests
{
    [TestCase(Deployment.Cloud, "")]
    [TestCase(Deployment.Server, "/jira")]
    public async Task A_change_made_by_hand_is_announced_and_told_in_one_line(Deployment deployment, string contextPath)
    {
        var heard = new List<string>();
        await using var hub = await WebhookListener.Start(heard, "s3cret");
        var options = new FakeJiraOptions { Demo = true, Deployment = deployment, ContextPath = contextPath, Issues = 4 };
        await using var jira = await FakeJiraServer.Start(options);
        using var caller = new JiraCaller(jira) { Authorization = null };
        var origin = jira.Url[..^contextPath.Length];

        (await caller.Send("GET", "/", at: origin)).Body.Should().Contain(jira.Options.Token).And.Contain("/demo/issues");
        await caller.Send("POST", "/demo/webhook", new { url = hub.Urls.First(), secret = "s3cret" }, origin);
        (await caller.Send("POST", "/demo/issues/HUB-1/status?to=Nope", at: origin)).Status.Should().Be(HttpStatusCode.BadRequest);
        (await caller.Send("POST", "/demo/issues/HUB-1/status?to=Done", at: origin)).Body
            .Should().StartWith("HUB-1 (Done)").And.Contain("webhook answered 202");
        (await caller.Send("POST", "/demo/issues?summary=New", at: origin)).Body.Should().StartWith("HUB-3 (To Do) New");
        (await caller.Send("POST", "/demo/issues/HUB-3/link?to=PAY-1", at: origin)).Body.Should().StartWith("HUB-3 blocks PAY-1");
        (await caller.Send("POST", "/demo/issues/HUB-3/worklog?seconds=60", at: origin)).Body.Should().StartWith("HUB-3 got a worklog; webhook answered 202");
        (await caller.Send("POST", "/demo/issues/HUB-3/hide", at: origin)).Body.Should().Contain("no longer sees it");
        (await caller.Send("POST", "/demo/issues/HUB-3/show", at: origin)).Body.Should().StartWith("HUB-3 can be seen");
        (await caller.Send("DELETE", "/demo/issues/HUB-2", at: origin)).Body.Should().StartWith("HUB-2 deleted");
        heard.Where(name => name.StartsWith("jira:", StringComparison.Ordinal)).Should().Equal("jira:issue_updated", "jira:issue_created", "jira:issue_deleted");
    }
}
