using System.Net;
using System.Text;
using System.Text.Json;
using Hub.TestHarness;

namespace Hub.Sync.Tests.Github;

/// <summary>Plays recorded answers of GitHub again, on an address of its own, which stands in them instead of GitHub's.</summary>
internal sealed class RecordedServer : IDisposable
{
    private readonly HttpListener listener = new();
    private readonly Dictionary<string, (JsonElement Response, string? Body)> answers = new(StringComparer.Ordinal);
    private readonly Task loop;

    public RecordedServer(string scenario)
    {
        var folder = Fixtures.Locate($"github/rest-wiremock/{scenario}");
        foreach (var file in Directory.GetFiles(Path.Combine(folder, "mappings")))
        {
            var mapping = JsonElement.Parse(File.ReadAllText(file));
            var response = mapping.GetProperty("response");
            var body = response.TryGetProperty("bodyFileName", out var name) ? File.ReadAllText(Path.Combine(folder, "__files", name.GetString()!)) : null;
            answers[mapping.GetProperty("request").Text("url")] = (response, body);
        }

        for (var port = 21_000 + Environment.ProcessId % 9_000; ; port++)
        {
            Url = $"http://127.0.0.1:{port}";
            listener.Prefixes.Add(Url + "/");
            try
            {
                listener.Start();
                break;
            }
            catch (HttpListenerException)
            {
                listener.Prefixes.Clear();
            }
        }

        loop = Serve();
    }

    public string Url { get; private set; } = "";

    /// <summary>Paths with queries, in the order in which they were asked for.</summary>
    public List<string> Asked { get; } = [];

    public void Dispose()
    {
        listener.Stop();
        listener.Close();
        loop.GetAwaiter().GetResult();
    }

    private async Task Serve()
    {
        while (listener.IsListening)
        {
            HttpListenerContext context;
            try
            {
                context = await listener.GetContextAsync();
            }
            catch (Exception stopped) when (stopped is HttpListenerException or ObjectDisposedException)
            {
                return;
            }

            var path = context.Request.RawUrl!;
            Asked.Add(path);
            if (!answers.TryGetValue(path, out var answer))
                context.Response.StatusCode = 404;
            else
            {
                context.Response.StatusCode = answer.Response.GetProperty("status").GetInt32();
                foreach (var header in answer.Response.GetProperty("headers").EnumerateObject().Where(header => header.Name is "Link" or "Content-Type" or "ETag"))
                    context.Response.AddHeader(header.Name, header.Value.GetString()!.Replace("https://api.github.com", Url, StringComparison.Ordinal));
                if (answer.Body is { } body)
                    await context.Response.OutputStream.WriteAsync(Encoding.UTF8.GetBytes(body));
            }

            context.Response.Close();
        }
    }
}
