using FluentAssertions;
using Hub.TestHarness;
using NUnit.Framework;

namespace Hub.Integrations.Tests.Access;

public sealed class AccessIdempotencyTests
{
    private readonly HubFixture hub = AccessHub.Hub;
    private readonly (string, string) repeatable = ("Idempotency-Key", Guid.CreateVersion7().ToString());

    [Test]
    public async Task A_repeated_key_creation_gives_the_same_key_and_makes_no_second()
    {
        var tenant = await AccessHub.Tenant();
        var body = new { name = "Once", role = "admin", scope_id = tenant };
        var first = await hub.Http.Post("keys", body, repeatable);
        var again = await hub.Http.Post("keys", body, repeatable);
        again.Expect(201);
        again.Text.Should().Be(first.Text);
        again.Response.Headers.GetValues("Idempotency-Replayed").Should().Equal("true");
        using var made = hub.ClientFor(first.Json.GetProperty("key").GetString());
        (await made.Get("keys")).Expect(200).Ids().Should().ContainSingle();
    }

    [Test]
    public async Task A_repeated_scope_creation_gives_the_same_scope()
    {
        var tenant = await AccessHub.Tenant();
        var body = new { kind = "team", name = "Once", parent_id = tenant };
        var first = await hub.Http.Post("scopes", body, repeatable);
        var again = await hub.Http.Post("scopes", body, repeatable);
        again.Text.Should().Be(first.Text);
        again.Response.Headers.Location.Should().Be(first.Response.Headers.Location).And.NotBeNull();
        (await hub.Http.Get($"scopes?parent_id={tenant}")).Expect(200).Ids().Should().ContainSingle();
    }

    [Test]
    public async Task The_same_idempotency_key_with_another_body_is_refused()
    {
        var tenant = await AccessHub.Tenant();
        (await hub.Http.Post("scopes", new { kind = "team", name = "One", parent_id = tenant }, repeatable)).Expect(201);
        (await hub.Http.Post("scopes", new { kind = "team", name = "Two", parent_id = tenant }, repeatable)).Code(409).Should().Be("idempotency_mismatch");
    }

    [Test]
    public async Task A_refusal_is_repeated_as_well()
    {
        var tenant = await AccessHub.Tenant();
        await hub.CreateScope("team", "Taken", tenant);
        var body = new { kind = "team", name = "Taken", parent_id = tenant };
        var first = await hub.Http.Post("scopes", body, repeatable);
        first.Code(409).Should().Be("name_taken");
        (await hub.Http.Post("scopes", body, repeatable)).Text.Should().Be(first.Text);
    }

    [Test]
    public async Task Of_many_at_once_with_one_idempotency_key_one_makes_a_scope()
    {
        var tenant = await AccessHub.Tenant();
        var body = new { kind = "team", name = "Raced", parent_id = tenant };
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => hub.Http.Post("scopes", body, repeatable)));
        answers.Where(answer => answer.Status == 201).Select(answer => answer.Text).Distinct().Should().ContainSingle();
        answers.Where(answer => answer.Status != 201).All(answer => answer.Code(409) == "idempotency_in_progress").Should().BeTrue("only the first may still have been under way");
        (await hub.Http.Get($"scopes?parent_id={tenant}")).Expect(200).Ids().Should().ContainSingle();
    }
}
