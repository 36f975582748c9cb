using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Hub.SharedKernel.Access;
using Hub.SharedKernel.Problems;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Http;

namespace Hub.SharedKernel.Idempotency;

/// <summary>
/// <c>Idempotency-Key</c> on any authenticated POST: the first answer is kept for 24 hours and given again, byte for byte, with
/// <c>Idempotency-Replayed: true</c>. The same key with another request is 409 <c>idempotency_mismatch</c>; while the first is still under way,
/// 409 <c>idempotency_in_progress</c>. Server faults and 429 are not kept: the client may try those again, unless it is uncertain what they left behind.
/// </summary>
/// <remarks>Kept answers are encrypted: the answer to a key's creation holds the key.</remarks>
internal sealed class IdempotencyMiddleware(RequestDelegate next, IDataProtectionProvider protection)
{
    private const int MaxKeyLength = 255;
    private const int MaxBuffered = 4 * 1024 * 1024;
    private static readonly string[] KeptHeaders = ["Content-Type", "Location", "ETag"];
    private readonly IDataProtector protector = protection.CreateProtector("Hub.Idempotency.v1");

    public async Task Invoke(HttpContext context, CallerAccessor caller, IdempotencyStore store)
    {
        var key = context.Request.Headers["Idempotency-Key"].ToString();
        if (!HttpMethods.IsPost(context.Request.Method) || key is "" || caller.Current is not { } owner)
        {
            await next(context);
            return;
        }

        if (key.Length > MaxKeyLength)
            throw new InvalidException("Idempotency-Key", $"must have at most {MaxKeyLength} characters");
        var hash = await HashOf(context.Request, context.RequestAborted);
        if (!await store.TryBegin(owner.OwnerId, key, hash, context.RequestAborted))
        {
            await Replay(context, await store.Find(owner.OwnerId, key, context.RequestAborted), hash);
            return;
        }

        await Run(context, store, owner.OwnerId, key);
    }

    private async Task Run(HttpContext context, IdempotencyStore store, long owner, string key)
    {
        // Who sends a key comes back for the answer: a connection that breaks stops neither the work nor the writing down of what came of it.
        context.RequestAborted = CancellationToken.None;
        var client = context.Response.Body;
        using var answer = new MemoryStream();
        context.Response.Body = answer;
        var keep = false;
        try
        {
            await next(context);
            keep = context.Response.StatusCode is < 500 and not 429;
        }
        catch (HubException refused) when (IsLasting(refused))
        {
            // Written here rather than by the exception handler further out, so that the refusal is kept like any other answer.
            await ProblemWriter.Write(context, refused);
            keep = true;
        }
        finally
        {
            context.Response.Body = client;
            if (!keep)
                await store.Forget(owner, key);
        }

        var body = answer.ToArray();
        if (keep)
        {
            var headers = KeptHeaders.Where(name => context.Response.Headers.ContainsKey(name)).ToDictionary(name => name, name => context.Response.Headers[name].ToString());
            await store.Keep(owner, key, context.Response.StatusCode, JsonSerializer.SerializeToElement(headers), protector.Protect(body));
        }

        await client.WriteAsync(body, context.RequestAborted);
    }

    // What is wrong with the use of the key is no answer to the request that it belongs to.
    private static bool IsLasting(HubException refused) => refused.MayHaveHappened
        || (refused.Status is < 500 and not 429 && refused.Code is not ("idempotency_mismatch" or "idempotency_in_progress"));

    private async Task Replay(HttpContext context, IdempotencyRecord? record, byte[] hash)
    {
        if (record is not null && !CryptographicOperations.FixedTimeEquals(record.RequestHash, hash))
            throw new ConflictException("idempotency_mismatch", "This Idempotency-Key was used before with another request. Use a new key for a new request.");
        if (record?.Status is not { } status)
            throw new ConflictException("idempotency_in_progress", "The first request with this Idempotency-Key is still under way.") { RetryAfter = TimeSpan.FromSeconds(1) };

        var body = Opened(record.Body!);
        context.Response.StatusCode = status;
        foreach (var header in record.Headers.EnumerateObject())
            context.Response.Headers[header.Name] = header.Value.GetString();
        context.Response.Headers["Idempotency-Replayed"] = "true";
        await context.Response.Body.WriteAsync(body, context.RequestAborted);
    }

    private byte[] Opened(byte[] kept)
    {
        try
        {
            return protector.Unprotect(kept);
        }
        catch (CryptographicException)
        {
            throw new ConflictException("idempotency_lost", "The request was done, but its kept answer cannot be decrypted any more: the keys are lost. Look for what it made.");
        }
    }

    private static async Task<byte[]> HashOf(HttpRequest request, CancellationToken ct)
    {
        // In memory up to the size of any configuration: a request may hold secrets, which must not reach a temporary file.
        request.EnableBuffering(MaxBuffered);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes($"{request.Path}{request.QueryString}\n"));
        var buffer = new byte[16 * 1024];
        int read;
        while ((read = await request.Body.ReadAsync(buffer, ct)) > 0)
            hash.AppendData(buffer, 0, read);
        request.Body.Position = 0;
        return hash.GetHashAndReset();
    }
}
