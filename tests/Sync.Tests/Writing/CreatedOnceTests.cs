using System.Text.Json;
using FluentAssertions;
using Hub.FakeJira;
using Hub.Fakes;
using Hub.Sync.Contracts;
using Hub.TestHarness;
using NUnit.Framework;

namespace Hub.Sync.Tests.Writing;

/// <summary>Jira has no idempotency key: whatever gets lost, one request makes one issue.</summary>
public class CreatedOnceTests
{
    private const string Issue = "/rest/api/3/issue";

    private static readonly Dictionary<string, Fault> Losses = new()
    {
        ["dropped"] = Fault.Drop, ["reset"] = Fault.Reset, ["cut"] = Fault.CutJson,
    };

    [TestCase("dropped")]
    [TestCase("reset")]
    [TestCase("cut")]
    public async Task An_issue_whose_answer_is_lost_is_found_by_its_marker(string loss)
    {
        await using var jira = await FakeJiraServer.Start();
        await using var hub = await TicketHub.Start(jira);
        jira.Search.IndexLagSearches = 2;
        jira.Faults.Next(Issue, Losses[loss], method: "POST");
        var ticket = (await hub.Create()).Expect(201);
        ticket.Text("key").Should().Be("HUB-1");
        ticket.Strings("labels").Should().BeEmpty();
        jira.Issues["HUB-1"].Labels.Should().BeEmpty();
        jira.Issues.Count.Should().Be(1);
        jira.Sent().Should().Be(1);
        hub.Heard.Tickets.Should().ContainSingle().Which.Kind.Should().Be(TicketChangeKind.Created);
    }

    [Test]
    public async Task A_request_that_cannot_wait_any_longer_is_told_where_to_look_and_its_repetition_goes_on_with_the_same_creation()
    {
        await using var jira = await FakeJiraServer.Start();
        await using var hub = await TicketHub.Start(jira, setup => setup.Settings["Hub:Tickets:AnswerSeconds"] = "0.2");
        jira.Faults.Next(Issue, Fault.Drop, method: "POST");
        jira.Faults.Always("/rest/api/3/search", Fault.Status(503));
        var lost = (await hub.Create(key: "order-1")).Expect(504);
        lost.Text("code").Should().Be("outcome_unknown");
        var creation = lost.Text("creation_id");
        (await hub.Http.Get($"tickets/creations/{creation}")).Expect(200).Text("state").Should().Be("unknown");
        (await hub.Create(key: "order-1")).Expect(504).Text("creation_id").Should().Be(creation);
        (await hub.Create(hub.Wish("Something else"), key: "order-1")).Expect(409).Text("code").Should().Be("idempotency_mismatch");

        jira.Faults.Clear();
        jira.UpdateIssue("HUB-1", issue => issue with { Summary = "Printer burnt down" });
        var settled = await hub.Creation(creation, now => now.Text("state") == "created" && now.GetProperty("ticket_id").ValueKind is JsonValueKind.Number);
        settled.Number("attempts").Should().Be(1);
        var ticket = (await hub.Create(key: "order-1")).Expect(201);
        ticket.Number("id").Should().Be(settled.Number("ticket_id"));
        ticket.Text("summary").Should().Be("Printer burnt down");
        jira.Sent().Should().Be(1);
    }

    [Test]
    public async Task Only_after_it_stayed_away_for_long_is_an_issue_sent_again()
    {
        await using var jira = await FakeJiraServer.Start();
        await using var hub = await TicketHub.Start(jira, setup => setup.Settings["Hub:Tickets:AbsenceMinutes"] = "0.01");
        jira.Faults.Next(Issue, Fault.Status(500), method: "POST");
        jira.Faults.Next(Issue, Fault.Html(502), method: "POST");
        var ticket = (await hub.Create()).Expect(201);
        ticket.Text("key").Should().Be("HUB-1");
        jira.Sent().Should().Be(3);
        jira.Requests.To("/search/jql").Should().HaveCountGreaterThanOrEqualTo(10, "it is looked for many times before each");
        jira.Requests.To("/myself").Should().HaveCountGreaterThanOrEqualTo(10, "a stranger would find nothing either");
    }

    [Test]
    public async Task A_credential_that_became_a_strangers_proves_no_absence()
    {
        await using var jira = await FakeJiraServer.Start();
        await using var hub = await TicketHub.Start(jira, setup =>
        {
            setup.Settings["Hub:Tickets:AbsenceMinutes"] = "0.0001";
            setup.Settings["Hub:Tickets:AnswerSeconds"] = "1.5";
        });
        jira.Faults.Next(Issue, Fault.Drop, method: "POST");
        var posting = hub.Create();
        await HubFixture.Eventually(() => Task.FromResult(jira.Issues.Count), count => count == 1, "the issue is made");
        jira.Auth.Mode = AuthMode.Anonymous;
        var creation = (await posting).Expect(504).Text("creation_id");
        jira.Sent().Should().Be(1);
        jira.Auth.Mode = AuthMode.Normal;
        await hub.Creation(creation, now => now.Text("state") == "created");
        jira.Issues.Count.Should().Be(1);
    }

    [TestCase("pending", false)]
    [TestCase("sending", true)]
    [TestCase("unknown", true)]
    [TestCase("created", true)]
    public async Task A_hub_that_dies_between_two_steps_leaves_one_issue_and_one_ticket(string state, bool made)
    {
        await using var jira = await FakeJiraServer.Start();
        await using var hub = await TicketHub.Start(jira, setup => setup.Workers = false);
        (await hub.Create(key: "mine")).Expect(201);
        var marker = await hub.Sql<string>("select marker from sync.ticket_creations");
        var id = jira.Issues["HUB-1"].Id;
        // As it stands in the database when the process is gone after that step.
        if (made)
            jira.UpdateIssue("HUB-1", issue => issue with { Labels = [marker] });
        else
            jira.Issues.Delete("HUB-1");
        await hub.Sql<int>($"""
            delete from sync.tickets;
            delete from kernel.idempotency_keys;
            update sync.ticket_creations set state = '{state}', ticket_id = null, attempts = {(made ? 1 : 0)}, looks = 0, next_at = now(), lease_until = null,
                external_id = {(state == "created" ? $"'{id}'" : "null")}, key = null;
            select 1
            """);
        jira.Requests.Clear();
        for (var round = 0; round < 4; round++)
            await hub.Creations().Tick(default);
        var ticket = (await hub.Create(key: "mine")).Expect(201);
        ticket.Text("key").Should().Be(made ? "HUB-1" : "HUB-2");
        jira.Issues.All.Should().ContainSingle().Which.Labels.Should().BeEmpty();
        jira.Sent().Should().Be(made ? 0 : 1);
        (await hub.Tickets()).Should().ContainSingle();
        (await hub.Http.Get("audit?action=ticket.created")).Expect(200).GetProperty("items").EnumerateArray()
            .Select(entry => entry.GetProperty("actor").GetRawText()).Distinct().Should().ContainSingle("whoever works it off, it was the caller's");
    }

    [Test]
    public async Task Two_hubs_work_on_a_lost_creation_and_send_nothing_twice()
    {
        await using var jira = await FakeJiraServer.Start();
        await using var first = await TicketHub.Start(jira, setup => setup.Settings["Hub:Tickets:AnswerSeconds"] = "0.1");
        await using var second = await TicketHub.Start(jira, setup => setup.ConnectionString = first.Hub.ConnectionString, like: first);
        jira.Search.IndexLagSearches = 6;
        jira.Faults.Next(Issue, Fault.Drop, times: 5, method: "POST");
        var lost = await Task.WhenAll(Enumerable.Range(0, 5).Select(n => first.Create(first.Wish($"Printer {n}"))));
        foreach (var answer in lost.Where(answer => answer.Status != 201))
            await second.Creation(answer.Expect(504).Text("creation_id"), now => now.Text("state") == "created" && now.GetProperty("ticket_id").ValueKind is JsonValueKind.Number);
        jira.Issues.Count.Should().Be(5);
        jira.Sent().Should().Be(5);
        (await first.Tickets()).Select(ticket => ticket.Text("summary")).Should().OnlyHaveUniqueItems().And.HaveCount(5);
        first.Heard.Tickets.Concat(second.Heard.Tickets).Where(change => change.Kind is TicketChangeKind.Created).Should().HaveCount(5);
    }

    [Test]
    public async Task Twenty_at_once_with_one_key_make_one_issue()
    {
        await using var jira = await FakeJiraServer.Start();
        await using var hub = await TicketHub.Start(jira);
        jira.Search.IndexLagSearches = 3;
        jira.Faults.Next(Issue, Fault.Drop, method: "POST");
        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => hub.Create(key: "twenty")));
        answers.Should().OnlyContain(answer => answer.Status == 201 || answer.Status == 409);
        answers.Where(answer => answer.Status == 409).Should().OnlyContain(answer => answer.Json.GetProperty("code").GetString() == "idempotency_in_progress");
        answers.Where(answer => answer.Status == 201).Select(answer => answer.Json.Number("id")).Distinct().Should().ContainSingle();
        (await hub.Create(key: "twenty")).Expect(201);
        jira.Issues.Count.Should().Be(1);
        jira.Sent().Should().Be(1);
    }

    [Test]
    public async Task A_passing_failure_is_tried_again_by_the_same_key_and_stays_one_creation()
    {
        await using var jira = await FakeJiraServer.Start();
        await using var hub = await TicketHub.Start(jira);
        jira.Faults.Next(Issue, Fault.Throttle(1), method: "POST");
        (await hub.Create(key: "again")).Expect(429).TryGetProperty("creation_id", out _).Should().BeTrue();
        var ticket = await HubFixture.Eventually(() => hub.Create(key: "again"), answer => answer.Status == 201, "the pause is over");
        (await hub.Sql<long>("select count(*) from sync.ticket_creations")).Should().Be(1);
        jira.Issues.Count.Should().Be(1);
        ticket.Json.Text("key").Should().Be("HUB-1");
    }

    [Test]
    public async Task A_webhook_that_comes_before_the_answer_tells_of_the_ticket_once()
    {
        await using var jira = await FakeJiraServer.Start();
        await using var hub = await TicketHub.Start(jira);
        jira.Faults.Next(Issue, Fault.Drop, method: "POST");
        jira.Search.BeforePage = _ =>
        {
            jira.Search.BeforePage = null;
            hub.Tell("jira:issue_created", "HUB-1").Wait();
        };
        var ticket = (await hub.Create()).Expect(201);
        ticket.Strings("labels").Should().BeEmpty();
        hub.Heard.Tickets.Should().ContainSingle().Which.Kind.Should().Be(TicketChangeKind.Created);
        (await hub.Tell("jira:issue_updated", "HUB-1")).Should().ContainSingle().Which.Should().Contain("stale");
        hub.Heard.Tickets.Should().ContainSingle();
    }

    [Test]
    public async Task What_is_disabled_meanwhile_is_not_sent_and_what_is_deleted_is_forgotten()
    {
        await using var jira = await FakeJiraServer.Start();
        await using var hub = await TicketHub.Start(jira, setup => setup.Workers = false);
        (await hub.Create()).Expect(201);
        await hub.Sql<int>("update sync.ticket_creations set state = 'pending', ticket_id = null, attempts = 0, next_at = now(); select 1");
        await hub.Switch(false);
        jira.Requests.Clear();
        (await hub.Creations().Tick(default)).Should().Be(1);
        var creation = await hub.Sql<Guid>("select id from sync.ticket_creations");
        var refused = (await hub.Http.Get($"tickets/creations/{creation}")).Expect(200);
        refused.Text("state").Should().Be("refused");
        refused.GetProperty("error").Text("code").Should().Be("integration_disabled");
        jira.Requests.All.Should().BeEmpty();
        (await hub.Http.Delete($"integrations/{hub.Integration}")).Status.Should().Be(204);
        (await hub.Http.Get($"tickets/creations/{creation}")).Expect(404);
    }
}
