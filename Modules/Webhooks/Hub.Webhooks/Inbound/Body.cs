using System.Buffers;
using Hub.SharedKernel.Problems;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Hub.Webhooks.Inbound;

/// <summary>A delivery's bytes exactly as sent, read once into a pooled buffer that is given back on disposal.</summary>
internal sealed class Body : IDisposable
{
    private const int FirstBuffer = 16 * 1024;
    private readonly PayloadBudget budget;
    private byte[] buffer = [];
    private int length;

    private Body(PayloadBudget budget) => this.budget = budget;

    public ReadOnlyMemory<byte> Bytes => buffer.AsMemory(0, length);

    /// <exception cref="TooLargeException">It is larger than the limit.</exception>
    /// <exception cref="UnavailableException">Other deliveries fill the memory meant for them.</exception>
    public static async Task<Body> Read(HttpRequest request, int maxBytes, PayloadBudget budget, CancellationToken ct)
    {
        if (request.ContentLength > maxBytes)
            throw TooLarge(maxBytes);
        // Counted here instead, where the limit is ours and may be above the server's.
        if (request.HttpContext.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
            limit.MaxRequestBodySize = null;

        var body = new Body(budget);
        try
        {
            body.Grow((int)Math.Clamp(request.ContentLength + 1 ?? FirstBuffer, 256, FirstBuffer));
            int read;
            while ((read = await request.Body.ReadAsync(body.buffer.AsMemory(body.length), ct)) > 0)
            {
                body.length += read;
                if (body.length > maxBytes)
                    throw TooLarge(maxBytes);
                if (body.length == body.buffer.Length)
                    body.Grow((int)Math.Min(body.length * 2L, maxBytes + 1L));
            }

            return body;
        }
        catch
        {
            body.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        if (buffer.Length == 0)
            return;
        budget.Return(buffer.Length);
        ArrayPool<byte>.Shared.Return(buffer);
        buffer = [];
        length = 0;
    }

    // Memory is claimed as bytes arrive, not as they are announced: announcing costs the sender nothing.
    private void Grow(int size)
    {
        var larger = ArrayPool<byte>.Shared.Rent(size);
        if (!budget.TryTake(larger.Length))
        {
            ArrayPool<byte>.Shared.Return(larger);
            throw new UnavailableException("inbox_full", "Too many deliveries are being received at once; send it again shortly.")
            {
                RetryAfter = TimeSpan.FromSeconds(1),
            };
        }

        buffer.AsSpan(0, length).CopyTo(larger);
        var kept = length;
        Dispose();
        (buffer, length) = (larger, kept);
    }

    private static TooLargeException TooLarge(int maxBytes) => new($"A delivery may have at most {maxBytes} bytes.");
}
