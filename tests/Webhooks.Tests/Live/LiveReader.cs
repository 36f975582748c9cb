using System.Net.Http.Headers;
using System.Text.Json;

namespace Hub.Webhooks.Tests.Live;

/// <summary>A client of <c>/live</c> that reads line by line, as an EventSource does.</summary>
internal sealed class LiveReader : IAsyncDisposable
{
    private readonly HttpResponseMessage response;
    private readonly StreamReader lines;

    private LiveReader(HttpResponseMessage response, StreamReader lines) => (this.response, this.lines) = (response, lines);

    /// <summary>The last id line, as a client would send it back.</summary>
    public string? LastEventId { get; private set; }

    public MediaTypeHeaderValue? ContentType => response.Content.Headers.ContentType;

    public static async Task<LiveReader> Connect(HttpClient http, string path = "live", string? lastEventId = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (lastEventId is not null)
            request.Headers.TryAddWithoutValidation("Last-Event-ID", lastEventId);
        var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        response.EnsureSuccessStatusCode();
        return new LiveReader(response, new StreamReader(await response.Content.ReadAsStreamAsync()));
    }

    /// <summary>Reads until the position line that follows what was missed: from then on everything is live.</summary>
    public async Task<LiveReader> Caught()
    {
        while (LastEventId is null)
            await Line();
        return this;
    }

    /// <returns>The next event's name and data; null when the stream ends.</returns>
    public async Task<(string Name, JsonElement Data)?> Next()
    {
        var name = "";
        while (await Line() is { } line)
        {
            if (line.StartsWith("event: ", StringComparison.Ordinal))
                name = line[7..];
            else if (line.StartsWith("data: ", StringComparison.Ordinal))
                return (name, JsonElement.Parse(line[6..]));
        }

        return null;
    }

    public async Task<(string Name, JsonElement Data)[]> Take(int count)
    {
        var taken = new List<(string, JsonElement)>();
        while (taken.Count < count)
            taken.Add(await Next() ?? throw new EndOfStreamException("The stream ended early."));
        return [.. taken];
    }

    public ValueTask DisposeAsync()
    {
        lines.Dispose();
        response.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task<string?> Line()
    {
        var line = await lines.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(20));
        if (line?.StartsWith("id: ", StringComparison.Ordinal) == true)
            LastEventId = line[4..];
        return line;
    }
}
