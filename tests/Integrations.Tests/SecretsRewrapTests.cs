using FluentAssertions;
using Hub.Integrations.Contracts;
using Hub.SharedKernel.Secrets;
using Hub.TestHarness;
using MediatR;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;

namespace Hub.Integrations.Tests;

public sealed class SecretsRewrapTests
{
    private const string Next = "bmV4dC1tYXN0ZXIta2V5LTAxMjM0NTY3ODlhYmNkZWY=";

    private static async Task<long> CreateTarget(HubFixture hub, string token) => (await hub.Http.Post("integrations", new
    {
        scope_id = 1, name = $"Target {token[^1]}", integration_type = "webhook",
        configuration = new { direction = "outbound", url = "http://127.0.0.1:1", auth_type = "bearer", auth_token = token },
    })).Expect(201).GetProperty("id").GetInt64();

    private static async Task<T> Ask<T>(HubFixture hub, IRequest<T> question)
    {
        await using var scope = hub.Services.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<IMediator>().Send(question);
    }

    [Test]
    public async Task A_rewrapped_ring_opens_with_the_new_master_key_only_and_hubs_that_serve_go_on()
    {
        var database = await HubDatabases.Create();
        Task<HubFixture> Start(string key) => HubFixture.Start(setup => (setup.ConnectionString, setup.Workers, setup.Settings["HUB_MASTER_KEY"]) = (database, false, key));
        long first, second;
        await using (var serving = await Start(HubDatabases.MasterKey))
        {
            first = await CreateTarget(serving, "rewrap-secret-1");
            (await Ask(serving, new RewrapKeyRing(Next))).Keys.Should().Be(1);
            second = await CreateTarget(serving, "rewrap-secret-2");
            (await Ask(serving, new AskConnection(first)))!.Secrets.Should().Equal("rewrap-secret-1");
            (await serving.Http.Post("secrets/rotate")).Expect(409).GetProperty("code").GetString().Should().Be("key_ring_rewrapped");
            await FluentActions.Invoking(() => Ask(serving, new RewrapKeyRing(Next))).Should().ThrowAsync<MasterKeyException>().WithMessage("*does not open the key ring*");
            await FluentActions.Invoking(() => Ask(serving, new RewrapKeyRing("short"))).Should().ThrowAsync<MasterKeyException>().WithMessage("The new master key must hold 32 bytes*");
        }

        await FluentActions.Invoking(() => Start(HubDatabases.MasterKey)).Should().ThrowAsync<MasterKeyException>();
        await using var later = await Start(Next);
        (await Ask(later, new AskConnection(first)))!.Secrets.Should().Equal("rewrap-secret-1");
        (await Ask(later, new AskConnection(second)))!.Secrets.Should().Equal("rewrap-secret-2");
        (await later.Http.Post("secrets/rotate")).Expect(202);
    }

    [Test]
    public async Task Without_its_master_key_file_an_embedded_hub_with_secrets_refuses_to_start_and_mints_none()
    {
        var directory = Directory.CreateTempSubdirectory("hub-lost-key-");
        var file = Path.Combine(directory.FullName, "master.key");
        var database = await HubDatabases.Create();
        Task<HubFixture> Start(bool accept) => HubFixture.Start(setup =>
        {
            (setup.ConnectionString, setup.DataDirectory, setup.Workers) = (database, directory.FullName, false);
            (setup.Settings["HUB_MASTER_KEY"], setup.Settings["Hub:EmbeddedDatabase"], setup.Settings["Hub:AcceptLostSecrets"]) = (null, "true", accept.ToString());
        });
        var hub = await Start(false);
        var id = await CreateTarget(hub, "lost-file-secret-1");
        await hub.Stop();
        var kept = await File.ReadAllBytesAsync(file);
        File.Delete(file);
        await FluentActions.Invoking(() => Start(false)).Should().ThrowAsync<MasterKeyException>().WithMessage("*master.key is not there*from your backup*--accept-lost-secrets*");
        File.Exists(file).Should().BeFalse();

        await File.WriteAllBytesAsync(file, kept);
        var restored = await Start(false);
        (await Ask(restored, new AskConnection(id)))!.Secrets.Should().Equal("lost-file-secret-1");
        await restored.Stop();
        File.Delete(file);
        await using var accepted = await Start(true);
        File.Exists(file).Should().BeTrue();
        (await accepted.Http.Get($"integrations/{id}/health")).Expect(200).GetProperty("reason").GetString().Should().Be("config");
    }
}
