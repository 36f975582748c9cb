using FluentAssertions;
using Hub.Integrations.Calls;
using Hub.Integrations.Contracts;
using Hub.SharedKernel.Data;
using Hub.Sync.Contracts;
using Hub.TestHarness;
using MediatR;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;

namespace Hub.Integrations.Tests.Calls;

/// <summary>A type that exists only as a document: configured, tested and called like any other.</summary>
public sealed class DeclaredTypeHttpTests
{
    private static string Document(string id) => """
        {"id":"ID","name":"Acme Desk","category":"ticketing","platform_name":"ID","integration_category":"ticketing","description":"Tickets of Acme.",
         "capabilities":["test"],
         "fields":[{"name":"base_url","label":"Address","type":"url","required":true},{"name":"client_id","label":"Client","type":"string","required":true},
                   {"name":"client_secret","label":"Secret","type":"secret","required":true},{"name":"project","label":"Project","type":"string"}],
         "auth":{"methods":[{"kind":"oauth2_client_credentials","token_url":"{base_url}/token","client_id":"{client_id}","client_secret":"{client_secret}"}],"headers":{"X-Desk":"1"}},
         "test":{"method":"GET","url":"{base_url}/me","expect":{"status":[200],"json":[{"path":"$.name","exists":true}]},"identity":"{$.name}","expires":"{$.until}",
                 "then":[{"when":{"field":"project","present":true},"method":"GET","url":"{base_url}/projects/{project}","expect":{"status":[200]},"identity":"{$.title}"}]}}
        """.Replace("ID", id);

    private sealed class Desk
    {
        public int Given;
        public int Status = 200;

        public Task<FakeProvider> Start() => FakeProvider.Start(sent => sent.Path switch
        {
            "/token" => sent.Form["client_secret"] is "s3cret-of-the-desk" ? (200, $$"""{"access_token":"desk-token-{{++Given}}","expires_in":3600}""")
                : (401, """{"error":"invalid_client","error_description":"s3cret-of-nobody is unknown"}"""),
            "/me" => (Status, """{"name":"ada","until":"2027-01-01"}"""),
            "/projects/A%2FB" => (200, """{"title":"A or B"}"""),
            _ => (404, """{"message":"not here"}"""),
        });
    }

    private static object Values(FakeProvider desk, string secret = "s3cret-of-the-desk", string project = "A/B") =>
        new { base_url = desk.Url, client_id = "hub", client_secret = secret, project };

    [Test]
    public async Task A_private_type_is_tested_at_once()
    {
        var desk = new Desk();
        await using var server = await desk.Start();
        await using var hub = await HubFixture.Start(setup => setup.Workers = false);
        (await hub.Http.Put("integrations/schemas/acme_desk", Document("acme_desk"))).Expect(201);
        async Task<System.Text.Json.JsonElement> Test(object configuration) =>
            (await hub.Http.Post("integrations/test", new { scope_id = 1, integration_type = "acme_desk", configuration })).Expect(200);

        var tested = await Test(Values(server));
        tested.GetProperty("success").GetBoolean().Should().BeTrue(tested.GetRawText());
        (tested.GetProperty("message").GetString(), tested.GetProperty("identity").GetString()).Should().Be(("Connected to Acme Desk: ada; A or B.", "ada"));
        tested.GetProperty("steps").EnumerateArray().Select(step => step.GetProperty("name").GetString()).Should()
            .Equal("config", "dns", "address_policy", "connect", "auth", "permission");

        var refused = await Test(Values(server, "s3cret-of-nobody"));
        (refused.GetProperty("reason").GetString(), refused.GetRawText().Contains("s3cret", StringComparison.Ordinal)).Should().Be(("auth", false));
        var missing = await Test(Values(server, project: "elsewhere"));
        missing.GetProperty("reason").GetString().Should().Be("not_found");
        var inside = await Test(new { base_url = "http://169.254.169.254", client_id = "hub", client_secret = "s3cret-of-the-desk" });
        inside.GetProperty("reason").GetString().Should().Be("config");
        inside.GetProperty("steps").EnumerateArray().Last().GetProperty("name").GetString().Should().Be("address_policy");
    }

    [Test]
    public async Task A_stored_one_is_watched_called_and_given_another_token_when_one_is_refused()
    {
        var desk = new Desk();
        await using var server = await desk.Start();
        await using var hub = await HubFixture.Start(setup => setup.Workers = false);
        (await hub.Http.Put("integrations/schemas/acme_desk", Document("acme_desk"))).Expect(201);
        var id = (await hub.Http.Post("integrations", new { scope_id = 1, name = "Desk", integration_type = "acme_desk", configuration = Values(server) })).Expect(201)
            .GetProperty("id").GetInt64();
        async Task<Connection> Ask()
        {
            await using var scope = hub.Services.CreateAsyncScope();
            return (await scope.ServiceProvider.GetRequiredService<IMediator>().Send(new AskConnection(id)))!;
        }

        (await hub.Http.Post($"integrations/{id}/test")).Expect(200).GetProperty("success").GetBoolean().Should().BeTrue();
        (await hub.Http.Get($"integrations/{id}")).Expect(200).GetProperty("health_status").GetString().Should().Be("healthy");
        var connection = await Ask();
        connection.Headers.Should().BeEquivalentTo(new Dictionary<string, string> { ["X-Desk"] = "1", ["Authorization"] = "Bearer desk-token-1" }, "the test's fresh token is used");
        connection.Secrets.Should().BeEquivalentTo("s3cret-of-the-desk", "desk-token-1");
        connection.Detected.GetProperty("credential_expires_at").GetString().Should().StartWith("2027-01-01T00:00:00");

        await using (var scope = hub.Services.CreateAsyncScope())
        {
            await using var tx = await scope.ServiceProvider.GetRequiredService<Db>().Begin(default);
            await scope.ServiceProvider.GetRequiredService<IMediator>().Publish(new IntegrationCalled(id, false, "auth", "Refused.", 5));
            await tx.Commit(default);
        }

        (await Ask()).Headers["Authorization"].Should().Be("Bearer desk-token-2");
        (await Ask()).Headers["Authorization"].Should().Be("Bearer desk-token-2");

        (await hub.Http.Patch($"integrations/{id}", new { configuration = new { client_secret = "s3cret-of-nobody" } })).Expect(200);
        var refused = await Ask();
        (refused.Reason, refused.Headers.Count, refused.Problem!.Contains("s3cret", StringComparison.Ordinal)).Should().Be(("auth", 0, false));
        refused.Detected.GetRawText().Should().Be("{}", "what was found out with another secret does not hold");
        var tested = (await hub.Http.Post($"integrations/{id}/test")).Expect(200);
        tested.GetProperty("reason").GetString().Should().Be("auth");
        (await hub.Http.Get($"integrations/{id}")).Expect(200).GetProperty("health_status").GetString().Should().Be("error");
        string.Concat(hub.Logs.Lines).Should().NotContain("s3cret-of").And.NotContain("desk-token");
    }
}
