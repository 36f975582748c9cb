using System.Security.Cryptography;
using System.Text;
using System.Xml.Linq;
using FluentAssertions;
using Hub.Integrations.Secrets;
using Hub.SharedKernel.Secrets;
using Microsoft.Extensions.Configuration;
using NUnit.Framework;

namespace Hub.Integrations.Tests;

public sealed class SecretsMasterKeyTests
{
    private static IConfiguration With(params (string Name, string? Value)[] settings) =>
        new ConfigurationBuilder().AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Name, setting.Value))).Build();

    [TestCase("too short")]
    [TestCase("AAAA")]
    [TestCase("not base64 at all, but long enough to be 32 bytes")]
    [TestCase("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    public void A_master_key_of_the_wrong_form_is_refused_with_the_way_out(string text) =>
        FluentActions.Invoking(() => MasterKey.Read(With(("HUB_MASTER_KEY", text)))).Should().Throw<MasterKeyException>()
            .WithMessage("HUB_MASTER_KEY must hold 32 bytes in base64*openssl rand -base64 32*").Which.Message.Should().NotContain(text);

    [Test]
    public void With_a_database_outside_the_key_must_be_given()
    {
        using var directory = new TemporaryDirectory();
        FluentActions.Invoking(() => MasterKey.Read(With(("Hub:DataDirectory", directory.Path)))).Should().Throw<MasterKeyException>().WithMessage("HUB_MASTER_KEY is not set*");
        Directory.EnumerateFileSystemEntries(directory.Path).Should().BeEmpty();
    }

    [Test]
    public void With_the_embedded_database_it_is_made_once_for_the_owner_only()
    {
        using var directory = new TemporaryDirectory();
        var configuration = With(("Hub:DataDirectory", Path.Combine(directory.Path, "below")), ("Hub:EmbeddedDatabase", "true"));
        FluentActions.Invoking(() => MasterKey.Read(configuration)).Should().Throw<MasterKeyException>("reading makes none").WithMessage("*master.key is not there*from your backup*");
        MasterKey.MakeIfNone(configuration).Should().BeTrue();
        var made = MasterKey.Read(configuration);
        MasterKey.MakeIfNone(configuration).Should().BeFalse();
        MasterKey.Read(configuration).Id.Should().Be(made.Id);
        var file = Path.Combine(directory.Path, "below", "master.key");
        if (!OperatingSystem.IsWindows())
            File.GetUnixFileMode(file).Should().Be(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        Convert.FromBase64String(File.ReadAllText(file).Trim()).Should().HaveCount(32);
    }

    [Test]
    public void What_one_key_sealed_neither_another_key_nor_another_purpose_opens()
    {
        var key = new MasterKey(RandomNumberGenerator.GetBytes(32));
        var sealedBytes = key.Seal("plain"u8.ToArray(), "here");
        Encoding.UTF8.GetString(key.Open(sealedBytes, "here")).Should().Be("plain");
        FluentActions.Invoking(() => key.Open(sealedBytes, "there")).Should().Throw<CryptographicException>();
        FluentActions.Invoking(() => new MasterKey(RandomNumberGenerator.GetBytes(32)).Open(sealedBytes, "here")).Should().Throw<CryptographicException>();
        sealedBytes[^1] ^= 1;
        FluentActions.Invoking(() => key.Open(sealedBytes, "here")).Should().Throw<CryptographicException>();
    }

    [Test]
    public void A_wrapped_key_shows_nothing_and_is_bound_to_the_id_it_names()
    {
        var key = new MasterKey(RandomNumberGenerator.GetBytes(32));
        var wrapped = new KeyWrapper(key).Encrypt(new XElement("masterKey", "very secret")).EncryptedElement;
        wrapped.ToString().Should().NotContain("very secret").And.Contain(key.Id);
        KeyUnwrapper.Open(wrapped, key)!.Value.Should().Be("very secret");
        wrapped.SetAttributeValue("kid", "0000000000000000");
        KeyUnwrapper.Open(wrapped, key).Should().BeNull();
    }

    private sealed class TemporaryDirectory : IDisposable
    {
        public string Path { get; } = Directory.CreateTempSubdirectory("hub-key-").FullName;

        public void Dispose() => Directory.Delete(Path, recursive: true);
    }
}
