using System.Diagnostics;
using FluentAssertions;
using Hub.Host.EmbeddedPostgres;
using Hub.TestHarness;
using Npgsql;
using NUnit.Framework;
using Postgres = Hub.Host.EmbeddedPostgres.EmbeddedPostgres;

namespace Hub.Host.Tests;

public sealed class EmbeddedPostgresTests
{
    private readonly string directory = TestDirectory.New(" with a space");
    private readonly List<string> said = [];

    private string Home => ClusterPlace.HomeIn(ClusterPlace.Remembered(directory) ?? directory);
    private string Data => Path.Combine(Home, "data");

    [TearDown]
    public void Remove() => TestDirectory.Remove(directory);

    [Test]
    public async Task The_first_start_makes_a_durable_cluster_and_the_second_finds_its_rows()
    {
        await using (var first = await Start(durable: true))
        {
            await Ask(first, "create table kept (n int); insert into kept values (42)");
            foreach (var setting in new[] { "fsync", "synchronous_commit", "full_page_writes" }) (await Ask(first, $"show {setting}")).Should().Be("on", setting);
            (await Ask(first, "select current_setting('listen_addresses') || current_setting('max_connections')")).Should().Be("200");
            (await Ask(first, "select lower('ÄÖ')")).Should().Be("äö");
        }

        Postmaster.Find(Data).Should().BeNull("the server is stopped with its hub");
        await using var second = await Start(durable: true);
        (await Ask(second, "select n from kept")).Should().Be(42);
        said.Should().ContainSingle(line => line.StartsWith("Creating", StringComparison.Ordinal));
    }

    [Test]
    public async Task A_server_that_a_killed_hub_left_running_is_taken_over_and_stopped_at_the_end()
    {
        await (await Start()).DisposeAsync();
        var left = await StartServerWithoutHub();
        await using (await Start()) Postmaster.Find(Data)!.Pid.Should().Be(left.Pid);
        said.Should().Contain(line => line.Contains($"process {left.Pid}"));
        Postmaster.Find(Data).Should().BeNull();
    }

    [Test]
    public async Task A_server_that_was_killed_too_is_started_again_and_has_lost_nothing_committed()
    {
        await (await Start()).DisposeAsync();
        var left = await StartServerWithoutHub(durable: true);
        var password = await File.ReadAllTextAsync(Path.Combine(Home, "password"));
        await Ask($"Host={left.SocketDirectory};Username=hub;Database=hub;Password={password};Pooling=false", "create table kept as select 42 as n");
        using (var server = Process.GetProcessById(left.Pid)) server.Kill();

        await using var postgres = await Start();
        (await Ask(postgres, "select n from kept")).Should().Be(42);
        Postmaster.Find(Data)!.Pid.Should().NotBe(left.Pid);
    }

    [Test]
    public async Task A_stale_process_number_that_another_program_has_now_does_not_hinder_the_start()
    {
        string sockets;
        await using (var first = await Start()) sockets = new NpgsqlConnectionStringBuilder(first.ConnectionString).Host!;
        var account = Account.For(Home);
        WriteAs(account, Postmaster.FileIn(Data), $"{Environment.ProcessId}\n{Data}\n1700000000\n5432\n{sockets}\n\n 1 1\nready   \n");
        Directory.CreateDirectory(sockets);
        account.Give(sockets);
        WriteAs(account, Path.Combine(sockets, ".s.PGSQL.5432.lock"), $"{Environment.ProcessId}\n{Data}\n1700000000\n5432\n{sockets}\n");

        await using var second = await Start();
        (await Ask(second, "select 1")).Should().Be(1);
    }

    [Test]
    public async Task A_first_start_that_was_killed_half_way_is_begun_again()
    {
        var account = Account.For(Home);
        Directory.CreateDirectory(Path.Combine(Home, "data.new-dead"));
        account.Give(Home);
        await File.WriteAllTextAsync(Path.Combine(Home, "data.new-dead", "PG_VERSION"), "15\n");
        await File.WriteAllTextAsync(Path.Combine(Home, "password"), "of the attempt before");

        await using var postgres = await Start();
        (await Ask(postgres, "select 1")).Should().Be(1);
        Directory.GetDirectories(Home).Should().Equal(Data);
    }

    [Test]
    public async Task A_second_hub_on_the_same_directory_is_refused_and_told_what_to_do()
    {
        await using var first = await Start();
        var second = () => Start();
        (await second.Should().ThrowAsync<EmbeddedPostgresException>()).Which.Message
            .Should().Contain(directory).And.Contain("Hub__DataDirectory").And.Contain("ConnectionStrings__Hub");
        (await Ask(first, "select 1")).Should().Be(1, "the first hub does not notice");
    }

    [Test]
    public async Task A_cluster_of_a_version_that_is_not_here_is_refused_with_both_versions_named()
    {
        Directory.CreateDirectory(Data);
        Account.For(Home).Give(Home);
        await File.WriteAllTextAsync(Path.Combine(Data, "PG_VERSION"), "12\n");
        var start = () => Start();
        (await start.Should().ThrowAsync<EmbeddedPostgresException>()).Which.Message
            .Should().MatchRegex(@"made by PostgreSQL 12, but what was found is \d\d\.\d+");
    }

    [Test]
    public async Task A_cluster_of_another_user_is_refused_with_both_users_named()
    {
        if (OperatingSystem.IsWindows() || Native.EffectiveUser() != 0) Assert.Ignore("Only root can make another user's folder.");
        Directory.CreateDirectory(Home);
        Native.ChangeOwner(Home, 1, 1);
        var start = () => Start();
        (await start.Should().ThrowAsync<EmbeddedPostgresException>()).Which.Message.Should().Contain(Account.NameOf(1)).And.Contain("root");
    }

    [Test]
    public async Task Under_root_a_directory_that_is_closed_to_PostgreSQL_gets_its_cluster_elsewhere_and_remembers_where()
    {
        if (OperatingSystem.IsWindows() || Native.EffectiveUser() != 0) Assert.Ignore("Only root runs PostgreSQL under another account.");
        ClusterPlace.Make(directory, passable: false);
        await using (var first = await Start()) await Ask(first, "create table kept as select 42 as n");
        ClusterPlace.Remembered(directory).Should().StartWith(ClusterPlace.Elsewhere);
        Directory.Exists(ClusterPlace.HomeIn(directory)).Should().BeFalse();

        await using (var second = await Start()) (await Ask(second, "select n from kept")).Should().Be(42);

        var abandoned = ClusterPlace.Remembered(directory)!;
        Directory.Delete(directory, recursive: true);
        ClusterPlace.Make(directory, passable: false);
        await using (var anew = await Start())
            (await Ask(anew, "select to_regclass('kept')::text")).Should().Be(DBNull.Value, "who deletes the data directory wants to begin anew");
        Directory.Delete(abandoned, recursive: true);
    }

    [Test]
    public async Task A_data_directory_far_longer_than_a_socket_path_may_be_works_and_a_squatted_socket_folder_is_stepped_around()
    {
        if (OperatingSystem.IsWindows()) Assert.Ignore("There are no sockets in folders there.");
        var deep = Path.Combine(directory, new string('x', 120), new string('y', 120));
        string sockets;
        await using (var first = await Start(at: deep)) sockets = new NpgsqlConnectionStringBuilder(first.ConnectionString).Host!;
        Directory.Exists(sockets).Should().BeFalse("the folder goes with the server");

        File.CreateSymbolicLink(sockets, directory);
        try
        {
            await using var second = await Start(at: deep);
            new NpgsqlConnectionStringBuilder(second.ConnectionString).Host.Should().Be(sockets + "-2");
        }
        finally
        {
            File.Delete(sockets);
        }
    }

    [Test]
    public async Task A_start_that_is_cancelled_leaves_no_server_behind()
    {
        await (await Start()).DisposeAsync();
        using var cancel = new CancellationTokenSource();
        var start = () => Postgres.Start(new EmbeddedPostgresOptions(directory, Durable: false), CancelWhenStarting, TimeProvider.System, cancel.Token);
        await start.Should().ThrowAsync<OperationCanceledException>();
        Postmaster.Find(Data).Should().BeNull();
        await using var again = await Start();
        (await Ask(again, "select 1")).Should().Be(1, "the lock is free again");

        void CancelWhenStarting(string line)
        {
            if (line.StartsWith("Starting", StringComparison.Ordinal)) cancel.Cancel();
        }
    }

    private Task<Postgres> Start(bool durable = false, string? at = null) =>
        Postgres.Start(new EmbeddedPostgresOptions(at ?? directory, durable), said.Add, TimeProvider.System, CancellationToken.None);

    private async Task<Postmaster> StartServerWithoutHub(bool durable = false)
    {
        var account = Account.For(Home);
        var cluster = new Cluster(Path.GetDirectoryName(Home)!, account);
        var search = new PostgresSearch(account, directory, said.Add);
        var binaries = await search.Find(new EmbeddedPostgresOptions(directory), cluster.Version, CancellationToken.None);
        return await new Server(cluster, binaries, TimeProvider.System).Start(durable, CancellationToken.None);
    }

    private static void WriteAs(Account account, string path, string text)
    {
        File.WriteAllText(path, text);
        account.Give(path);
    }

    private static Task<object?> Ask(Postgres postgres, string sql) => Ask(postgres.ConnectionString + ";Pooling=false", sql);

    private static async Task<object?> Ask(string connectionString, string sql)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync();
    }
}
