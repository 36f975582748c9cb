using FluentAssertions;
using Hub.Integrations.Contracts;
using Hub.SharedKernel.Problems;
using Hub.TestHarness;
using MediatR;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;

namespace Hub.Integrations.Tests.Access;

public sealed class FirstAdminKeyTests
{
    private const string One = "an-operators-first-key";
    private const string Two = "an-operators-second-key";

    [Test]
    public async Task Without_any_admin_key_many_starters_make_one()
    {
        await using var hub = await Start("");
        await Send(hub, "delete from integrations.keys");
        var made = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Ensure(hub, null)));
        var key = made.Single(first => first.NewKey is not null).NewKey!;
        made.Where(first => first.NewKey is null).Should().HaveCount(5);
        (await Ensure(hub, null)).NewKey.Should().BeNull();
        (await Me(hub, key)).Should().Be("admin");
    }

    [Test]
    public async Task A_key_from_the_environment_works_after_any_number_of_starts()
    {
        await using var hub = await Start(One);
        await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Ensure(hub, One + "\n")));
        (await Me(hub, One)).Should().Be("admin");
        using var client = hub.ClientFor(One);
        var keys = (await client.Get("keys")).Expect(200).GetProperty("items").EnumerateArray().ToArray();
        keys.Should().ContainSingle().Which.GetProperty("prefix").GetString().Should().Be("an-o");
    }

    [Test]
    public async Task Another_value_replaces_it_and_the_earlier_one_can_come_back()
    {
        await using var hub = await Start(One);
        (await Ensure(hub, Two)).NewKey.Should().BeNull();
        (await Me(hub, Two)).Should().Be("admin");
        (await Me(hub, One)).Should().BeNull();
        await Ensure(hub, One);
        (await Me(hub, One)).Should().Be("admin");
        (await Me(hub, Two)).Should().BeNull();
    }

    [Test]
    public async Task Other_admin_keys_are_left_alone_and_stay_when_the_variable_is_unset()
    {
        await using var hub = await Start(One);
        var other = (await hub.ClientFor(One).Post("keys", new { name = "Other", role = "admin", scope_id = 1 })).Expect(201).GetProperty("key").GetString()!;
        await Ensure(hub, Two);
        (await Me(hub, other)).Should().Be("admin");
        (await Ensure(hub, null)).NewKey.Should().BeNull();
        (await Me(hub, Two)).Should().Be("admin");
    }

    [Test]
    public async Task A_value_that_somebody_revoked_does_not_come_back_with_a_restart()
    {
        await using var hub = await Start(One);
        using var operatorClient = hub.ClientFor(One);
        var other = (await operatorClient.Post("keys", new { name = "Other", role = "admin", scope_id = 1 })).Expect(201).GetProperty("key").GetString()!;
        var id = (await operatorClient.Get("me")).Expect(200).GetProperty("key").GetProperty("id").GetInt64();
        (await hub.ClientFor(other).Delete($"keys/{id}")).Expect(204);
        await Ensure(hub, One);
        (await Me(hub, One)).Should().BeNull();
        hub.Logs.Lines.Should().Contain(line => line.Contains("HUB_ADMIN_KEY is key", StringComparison.Ordinal)).And.NotContain(line => line.Contains(One, StringComparison.Ordinal));
    }

    [TestCase("too-short")]
    [TestCase("nineteen characters")]
    [TestCase("has a space in the middle of it")]
    [TestCase("nicht-aus-ASCII-äöü-zeichen")]
    public async Task A_value_that_cannot_be_a_key_is_refused_without_repeating_it(string value)
    {
        await using var hub = await Start(One);
        var refusal = await FluentActions.Awaiting(() => Ensure(hub, value)).Should().ThrowAsync<InvalidOperationException>();
        refusal.Which.Message.Should().Contain("HUB_ADMIN_KEY").And.NotContain(value);
    }

    [Test]
    public async Task The_command_line_makes_lists_and_revokes_keys_as_the_system()
    {
        await using var hub = await Start(One);
        var tenant = (await hub.ClientFor(One).Post("scopes", new { kind = "tenant", name = "Acme" })).Expect(201).GetProperty("id").GetInt64();
        var made = await Ask(hub, new CreateKey("From the command line", "manager", tenant));
        made.ToString().Should().NotContain(made.Key);
        (await Me(hub, made.Key)).Should().Be("manager");
        (await Ask(hub, new ListKeys())).Select(key => key.Id).Should().Contain(made.Id).And.HaveCount(2);
        await Ask(hub, new RevokeKey(made.Id));
        (await Me(hub, made.Key)).Should().BeNull();
        await FluentActions.Awaiting(() => Ask(hub, new RevokeKey(made.Id))).Should().ThrowAsync<NotFoundException>();
        await FluentActions.Awaiting(() => Ask(hub, new CreateKey("x", "king", 1))).Should().ThrowAsync<InvalidException>();

        var entry = (await hub.ClientFor(One).Get($"audit?target_type=key&target_id={made.Id}")).Expect(200).GetProperty("items")[0];
        entry.GetProperty("actor").GetProperty("name").GetString().Should().Be("system");
    }

    [Test]
    public async Task Key_texts_are_neither_stored_nor_logged()
    {
        await using var hub = await Start(One);
        var made = (await hub.ClientFor(One).Post("keys", new { name = "Quiet", role = "viewer", scope_id = 1 }, ("Idempotency-Key", "quiet"))).Expect(201).GetProperty("key").GetString()!;
        await Me(hub, made);
        hub.Logs.Lines.Should().NotContain(line => line.Contains(made, StringComparison.Ordinal) || line.Contains(One, StringComparison.Ordinal));
        await using var scope = hub.Services.CreateAsyncScope();
        var everything = await scope.ServiceProvider.GetRequiredService<SharedKernel.Data.Db>().One<string>("""
            select (select coalesce(string_agg(k::text, ''), '') from integrations.keys k) || (select coalesce(string_agg(a::text, ''), '') from kernel.audit_log a)
                || (select coalesce(string_agg(encode(i.body, 'escape'), ''), '') from kernel.idempotency_keys i)
            """, null, CancellationToken.None);
        everything.Should().NotContain(made).And.NotContain(One);
    }

    private static Task<HubFixture> Start(string adminKey) => HubFixture.Start(setup =>
    {
        setup.Workers = false;
        setup.Settings["HUB_ADMIN_KEY"] = adminKey;
    });

    private static Task<FirstAdminKey> Ensure(HubFixture hub, string? value) => Ask(hub, new EnsureFirstAdminKey(value));

    private static async Task<T> Ask<T>(HubFixture hub, IRequest<T> request)
    {
        await using var scope = hub.Services.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<IMediator>().Send(request);
    }

    private static async Task Send(HubFixture hub, string sql)
    {
        await using var scope = hub.Services.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<SharedKernel.Data.Db>().Execute(sql, null, CancellationToken.None);
    }

    /// <summary>The role the key gives; null when it is refused.</summary>
    private static async Task<string?> Me(HubFixture hub, string key)
    {
        using var client = hub.ClientFor(key);
        var answer = await client.Get("me");
        return answer.Status == 401 ? null : answer.Expect(200).GetProperty("role").GetString();
    }
}
