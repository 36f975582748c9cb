using System.Text;
using System.Text.Json;

namespace Hub.Fakes;

/// <summary>A request that arrived, and how it was answered (0 while it is not, or when the connection was broken).</summary>
public sealed record ReceivedRequest(
    string Method, string Path, string Query, string Body, IReadOnlyDictionary<string, string> Headers, DateTimeOffset At)
{
    public int Status { get; set; }

    /// <summary>The body read as JSON.</summary>
    public JsonElement Json => JsonSerializer.Deserialize<JsonElement>(Body);

    public override string ToString() => $"{Method} {Path}{Query} -> {Status}";
}

/// <summary>What the site was asked, oldest first: the last 20,000 requests, counted all.</summary>
public sealed class RequestLog
{
    const int Kept = 20_000;

    readonly Lock gate = new();
    readonly Queue<ReceivedRequest> requests = new();
    int atOnce;

    /// <summary>All requests since the start or the last <see cref="Clear"/>, also those no longer kept.</summary>
    public long Total { get; private set; }

    /// <summary>The most requests that were open at the same time.</summary>
    public int MostAtOnce { get; private set; }

    public IReadOnlyList<ReceivedRequest> All
    {
        get { lock (gate) return [.. requests]; }
    }

    /// <summary>The requests whose path contains this text.</summary>
    public IReadOnlyList<ReceivedRequest> To(string path, string? method = null) =>
        [.. All.Where(r => r.Path.Contains(path, StringComparison.OrdinalIgnoreCase) && (method is null || r.Method == method))];

    public void Clear()
    {
        lock (gate)
        {
            requests.Clear();
            (Total, MostAtOnce) = (0, atOnce);
        }
    }

    /// <summary>For the fake's pipeline: notes the request, whose body can be read again, until <see cref="End"/>.</summary>
    public async Task<ReceivedRequest> Add(HttpContext context, TimeProvider clock)
    {
        var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        context.Request.Body = body;
        body.Position = 0;
        var request = new ReceivedRequest(
            context.Request.Method, context.Request.Path, context.Request.QueryString.Value ?? "", Encoding.UTF8.GetString(body.ToArray()),
            context.Request.Headers.ToDictionary(h => h.Key, h => h.Value.ToString(), StringComparer.OrdinalIgnoreCase), clock.GetUtcNow());
        lock (gate)
        {
            Total++;
            MostAtOnce = Math.Max(MostAtOnce, ++atOnce);
            requests.Enqueue(request);
            if (requests.Count > Kept) requests.Dequeue();
        }

        return request;
    }

    /// <summary>The request is over: answered, or broken off (then its status stays 0).</summary>
    public void End(ReceivedRequest request, HttpContext context)
    {
        lock (gate) atOnce--;
        if (!context.RequestAborted.IsCancellationRequested) request.Status = context.Response.StatusCode;
    }
}
