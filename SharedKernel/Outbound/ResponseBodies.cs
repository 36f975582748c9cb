using System.Buffers;

namespace Hub.SharedKernel.Outbound;

/// <summary>Reads answers without trusting what they say about their size.</summary>
internal static class ResponseBodies
{
    private const int Chunk = 32 * 1024;

    /// <summary>At most <see cref="OutboundRequest.MaxResponseBytes"/>, counted after decompression.</summary>
    /// <exception cref="OutboundException">TooLarge.</exception>
    public static async Task<byte[]> Read(HttpResponseMessage response, OutboundRequest request, CancellationToken ct)
    {
        var announced = response.Content.Headers.ContentLength;
        if (request.Method != HttpMethod.Head && announced > request.MaxResponseBytes)
            throw TooLarge(request);
        await using var source = await response.Content.ReadAsStreamAsync(ct);
        using var whole = new MemoryStream((int)Math.Min(announced ?? 0, Chunk));
        var buffer = ArrayPool<byte>.Shared.Rent(Chunk);
        try
        {
            for (int read; (read = await ReadSome(source, buffer, ct)) > 0;)
            {
                if (whole.Length + read > request.MaxResponseBytes)
                    throw TooLarge(request);
                whole.Write(buffer, 0, read);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        return whole.Length == whole.Capacity ? whole.GetBuffer() : whole.ToArray();
    }

    public static Dictionary<string, string> Headers(HttpResponseMessage response)
    {
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, values) in response.Headers.NonValidated.Concat(response.Content.Headers.NonValidated))
            headers[name] = values.ToString();
        return headers;
    }

    private static async ValueTask<int> ReadSome(Stream source, byte[] buffer, CancellationToken ct)
    {
        try
        {
            return await source.ReadAsync(buffer, ct);
        }
        catch (InvalidOperationException e) when (e is not ObjectDisposedException)
        {
            // The platform's Brotli reports bad input as misuse, unlike its other decoders.
            throw new InvalidDataException(e.Message, e);
        }
    }

    private static OutboundException TooLarge(OutboundRequest request) =>
        new(OutboundReason.TooLarge, $"The answer of {Failures.Place(request)} is larger than {request.MaxResponseBytes} bytes.");
}
