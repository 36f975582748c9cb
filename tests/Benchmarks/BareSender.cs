using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using Npgsql;
using NpgsqlTypes;

namespace Hub.Benchmarks;

/// <summary>The limit for sending: reads 256 rows, signs each, posts them side by side and marks them, round by round; nothing else.</summary>
internal sealed class BareSender : IAsyncDisposable
{
    private const int Batch = 256;
    private readonly NpgsqlDataSource source;
    private readonly string url;
    private readonly HttpClient http = new(new SocketsHttpHandler { MaxConnectionsPerServer = 64 });
    private readonly byte[] key = RandomNumberGenerator.GetBytes(32);
    private readonly SemaphoreSlim news = new(0);
    private readonly SemaphoreSlim open = new(1);
    private readonly CancellationTokenSource stopping = new();
    private readonly Task loop;

    private BareSender(NpgsqlDataSource source, string url) => (this.source, this.url, loop) = (source, url, Task.Run(Loop));

    public static async Task<BareSender> Start(string connectionString, string url)
    {
        var source = NpgsqlDataSource.Create(connectionString + ";Max Auto Prepare=20");
        await using var create = source.CreateCommand("create table public.bare_messages (id bigint primary key, payload text not null, sent_at timestamptz)");
        await create.ExecuteNonQueryAsync();
        await using var index = source.CreateCommand("create index on public.bare_messages (id) where sent_at is null");
        await index.ExecuteNonQueryAsync();
        return new BareSender(source, url);
    }

    public async Task Add(int from, int count)
    {
        await using var insert = source.CreateCommand("insert into public.bare_messages (id, payload) select * from unnest($1, $2)");
        var numbers = Enumerable.Range(from, count).ToArray();
        insert.Parameters.Add(new NpgsqlParameter { Value = numbers.Select(number => (long)number).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Bigint });
        insert.Parameters.Add(new NpgsqlParameter { Value = numbers.Select(Payload).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text });
        await insert.ExecuteNonQueryAsync();
        news.Release();
    }

    public Task Pause() => open.WaitAsync();

    public Task Resume()
    {
        open.Release();
        return Task.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        await loop.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        http.Dispose();
        await source.DisposeAsync();
    }

    private static string Payload(int number) => string.Create(CultureInfo.InvariantCulture,
        $$$"""{"type":"ticket.updated","timestamp":"2026-11-21T12:00:00Z","data":{"ticket_id":{{{number}}},"key":"HUB-{{{number}}}","integration_id":0,"summary":"A summary of usual length","status":"Open","updated_at":"2026-11-21T12:00:00Z"}}""");

    private async Task Loop()
    {
        while (true)
        {
            await open.WaitAsync(stopping.Token);
            var sent = await Round();
            open.Release();
            if (sent == 0)
                await news.WaitAsync(TimeSpan.FromMilliseconds(100), stopping.Token);
        }
    }

    private async Task<int> Round()
    {
        var rows = new List<(long Id, string Payload)>();
        await using (var select = source.CreateCommand($"select id, payload from public.bare_messages where sent_at is null order by id limit {Batch}"))
        await using (var reader = await select.ExecuteReaderAsync())
            while (await reader.ReadAsync())
                rows.Add((reader.GetInt64(0), reader.GetString(1)));
        if (rows.Count == 0)
            return 0;
        await Task.WhenAll(rows.Select(row => Post(row.Id, Encoding.UTF8.GetBytes(row.Payload))));
        await using var mark = source.CreateCommand("update public.bare_messages set sent_at = now() where id = any($1)");
        mark.Parameters.Add(new NpgsqlParameter { Value = rows.Select(row => row.Id).ToArray() });
        await mark.ExecuteNonQueryAsync();
        return rows.Count;
    }

    private async Task Post(long id, byte[] body)
    {
        var timestamp = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        byte[] content = [.. Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"msg_{id}.{timestamp}.")), .. body];
        using var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.Add("webhook-id", string.Create(CultureInfo.InvariantCulture, $"msg_{id}"));
        request.Headers.Add("webhook-timestamp", timestamp.ToString(CultureInfo.InvariantCulture));
        request.Headers.Add("webhook-signature", $"v1,{Convert.ToBase64String(HMACSHA256.HashData(key, content))}");
        (await http.SendAsync(request)).EnsureSuccessStatusCode().Dispose();
    }
}
