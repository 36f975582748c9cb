using System.Security.Cryptography;
using System.Text;
using System.Threading.Channels;
using Hub.SharedKernel.Data;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Npgsql;
using NpgsqlTypes;

namespace Hub.Benchmarks;

/// <summary>
/// The limit for receiving: Kestrel, one HMAC, deflate, and one unnest insert per commit for all who wait. At <c>/single</c> each request inserts and commits
/// for itself.
/// </summary>
internal sealed class BareInbox : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly NpgsqlDataSource source;
    private readonly Channel<(string Id, byte[] Payload, TaskCompletionSource Done)> queue = Channel.CreateBounded<(string, byte[], TaskCompletionSource)>(4096);

    private BareInbox(WebApplication app, NpgsqlDataSource source) => (this.app, this.source) = (app, source);

    public Uri Url => new(app.Urls.First());

    public static async Task<BareInbox> Start(string connectionString, string secret)
    {
        var source = NpgsqlDataSource.Create(connectionString + ";Max Auto Prepare=20");
        await using (var create = source.CreateCommand("create table public.bare (seq bigint generated always as identity primary key, delivery_id text not null unique, payload bytea not null)"))
            await create.ExecuteNonQueryAsync();
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions());
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.Urls.Add("http://127.0.0.1:0");
        var bare = new BareInbox(app, source);
        var key = Encoding.UTF8.GetBytes(secret);
        app.MapPost("/{single?}", async (HttpContext http, string? single) =>
        {
            using var body = new MemoryStream();
            await http.Request.Body.CopyToAsync(body);
            var sent = body.GetBuffer().AsMemory(0, (int)body.Length);
            var expected = "sha256=" + Convert.ToHexStringLower(HMACSHA256.HashData(key, sent.Span));
            if (http.Request.Headers["X-Hub-Signature-256"] != expected)
                return Results.Unauthorized();
            var id = http.Request.Headers["X-GitHub-Delivery"].ToString();
            if (single is null)
            {
                var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                await bare.queue.Writer.WriteAsync((id, Deflated.Of(sent.Span), done));
                await done.Task;
                return Results.Accepted();
            }

            await using var insert = source.CreateCommand("insert into public.bare (delivery_id, payload) values ($1, $2) on conflict do nothing");
            insert.Parameters.Add(new NpgsqlParameter<string> { TypedValue = id });
            insert.Parameters.Add(new NpgsqlParameter<byte[]> { TypedValue = Deflated.Of(sent.Span) });
            await insert.ExecuteNonQueryAsync();
            return Results.Accepted();
        });
        _ = Task.Run(bare.Write);
        await app.StartAsync();
        return bare;
    }

    public async ValueTask DisposeAsync()
    {
        queue.Writer.Complete();
        await app.DisposeAsync();
        await source.DisposeAsync();
    }

    private async Task Write()
    {
        while (await queue.Reader.WaitToReadAsync())
        {
            var batch = new List<(string Id, byte[] Payload, TaskCompletionSource Done)>();
            while (batch.Count < 512 && queue.Reader.TryRead(out var next))
                batch.Add(next);
            await using var insert = source.CreateCommand("insert into public.bare (delivery_id, payload) select * from unnest($1, $2) on conflict do nothing");
            insert.Parameters.Add(new NpgsqlParameter { Value = batch.Select(b => b.Id).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text });
            insert.Parameters.Add(new NpgsqlParameter { Value = batch.Select(b => b.Payload).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Bytea });
            await insert.ExecuteNonQueryAsync();
            batch.ForEach(b => b.Done.SetResult());
        }
    }
}
